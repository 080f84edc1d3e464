"""Words that mean the same, and words that matter to the rules: a lexicon of general terms.

Nothing here names a person, a programme or a meeting.  Words stand as they are written; rules see
them as `words.stem` leaves them.
"""

from __future__ import annotations

from seawall.questions.track.claims.stems import stem

__all__ = [
    "ACTORS", "AGREEMENTS", "BALANCES", "COMPLEMENTS", "DOCUMENTS", "EXPORTS", "GOALS", "HAPPENED",
    "IMPORTS", "LIGHT", "LISTED", "MASSES", "MEETINGS", "NOUNS", "ONE_VALUED", "OPEN_LIST", "PAST",
    "PHRASES", "PRODUCED", "QUALIFIERS", "REACHED", "REALISED", "STAGES", "STOP", "STRATEGIES",
    "SYNONYMS", "TOTALS",
]  # fmt: skip


def _groups(*groups: str) -> dict[str, str]:
    """The first word of each group, by the stem of every word of it."""
    return {stem(word): stem(group.split()[0]) for group in groups for word in group.split()}


#: Phrases that count as one word, before the text is split.
PHRASES = {
    "memorandum of understanding": "memorandum", "memoranda of understanding": "memorandum",
    "memorandums of understanding": "memorandum", "memorandum of cooperation": "memorandum",
    "artificial intelligence": "ai", "foreign direct investment": "fdi", "health care": "health",
    "official development assistance": "oda", "small and medium enterprises": "sme",
    "small and medium-sized enterprises": "sme", "electric vehicles": "ev",
    "per capita": "percapita",
    "free trade agreement": "fta", "rare earth elements": "rareearth", "rare earths": "rareearth",
    "information technology": "it", "natural gas": "gas", "put into service": "opened",
    "went into service": "opened", "came into force": "inforce", "entered into force": "inforce",
    "in force": "inforce", "trade turnover": "trade", "state-owned": "stateowned",
    "take part": "participate", "taking part": "participate", "took part": "participate",
    "takes part": "participate", "signed by": "signatory", "sited in": "located",
    "power station": "power plant", "price tag": "price", "social media": "socialmedia",
    "wind farm": "windfarm", "solar park": "solarfarm", "solar farm": "solarfarm",
    "cost to build": "construction cost", "building cost": "construction cost",
    "building costs": "construction cost",
    "forest fire": "wildfire", "forest fires": "wildfires", "bush fire": "wildfire",
    "per day": "daily", "a day": "daily", "each day": "daily", "per week": "weekly",
    "a week": "weekly", "per month": "monthly", "a month": "monthly", "per year": "yearly",
    "a year": "yearly", "per annum": "yearly", "each year": "yearly",
    "got under way": "began", "got underway": "began", "kicked off": "began", "set up": "establish",
    "shipped abroad": "exported", "sold abroad": "exported", "overseas sales": "exports",
    "bought abroad": "imported", "foreign sales": "exports",
}  # fmt: skip

#: Words that mean the same wherever they stand.
SYNONYMS = _groups(
    "memorandum mou mous memoranda moc", "agreement accord pact deal treaty",
    "healthcare health", "roadmap road-map", "semiconductor chip microchip",
    "investment invest funding financing finance cost price expense outlay expenditure",
    "company firm enterprise business subsidiary", "production output harvest crop",
    "defence defense military", "programme program scheme initiative", "centre center",
    "labour labor", "people person population inhabitant resident citizen",
    "job staff employee worker workforce employ employment labourer", "length span",
    "harbour port", "participant runner attendee entrant competitor delegate",
    "travel journey trip",
    "visitor tourist guest", "area surface acreage", "revenue income earning proceeds turnover",
    "consumption usage use", "casualty victim", "fleet armada", "school college",
    "budget allocation", "vessel ship boat", "share stake", "speed velocity", "weight mass",
    "soldier troop", "dwelling apartment flat", "reserve stockpile inventory", "fine penalty",
    "bus coach", "lorry truck", "passenger rider traveller", "railway rail railroad",
    "aircraft plane", "student pupil", "car automobile", "deadline due", "prize award",
    "home house", "refugee asylum-seeker", "country nation", "signatory signer",
    "purchase buy procure", "plant facility factory", "turbine windmill",
    "death fatality killed", "member membership", "electricity power", "loan credit",
    "road highway motorway expressway", "airport airfield aerodrome", "metro subway underground",
    "farmer grower peasant", "doctor physician", "teacher instructor", "injured wounded",
    "customer client subscriber", "voter elector", "vote ballot", "jobless unemployed",
    "joblessness unemployment", "wage salary pay", "tariff duty", "tax levy", "emission discharge",
    "carbon co2", "rainfall rain precipitation", "height altitude elevation tall", "width wide",
    "depth deep", "tree sapling seedling", "forest woodland", "fire blaze wildfire",
    "burnt burned scorched",
    "earthquake quake tremor", "cyclone hurricane typhoon", "infection infected", "dose jab shot",
    "researcher scientist", "prisoner inmate detainee", "migrant immigrant",
    "village settlement hamlet", "donation contribution gift", "debt borrowing indebtedness",
    "branch outlet store shop", "mine colliery", "satellite spacecraft", "drone uav",
    "match game fixture", "spectator viewer onlooker", "growth increase rise expansion",
    "decline fall drop decrease reduction", "flight departure", "book volume", "museum gallery",
    "hospital clinic", "bed berth", "household family", "well borehole", "duration lasting",
)  # fmt: skip


def _stems(words: str) -> frozenset[str]:
    """Words as `words.tokens` leaves them."""
    return frozenset(SYNONYMS.get(stem(word), stem(word)) for word in words.split())


_STOP = (
    "the a an of for and or in to on at by with from its his her their our between into this "
    "that these those is was be been being has have had were are will would it as than all each "
    "per them they which who among under over after before during within not no "
)
STOP = frozenset(_STOP.split())
#: Words that narrow nothing: a subject is the same with and without them.
LIGHT = _stems(
    "joint bilateral mutual comprehensive new newly strategic overall total whole national "
    "official reported estimated stated given regional annual yearly value number count amount "
    "volume quantity size figure level ordinal edition worth status list name stand held hold "
    "keep stock said reach rank both two side other strong major large current latest main key "
    "project signed sign include contain see get come go make take say announce report cover "
    "describe called call title position role office state recorded count put set aside built "
    "build planned plan estimate around bring attract expected expect aggregate combined net-of "
    "own gave show proposed commission issue adopt topic theme installed nominal rated "
    "nameplate share percentage percent proportion ratio tonne ton kilometre mile metre hectare "
    "megawatt gigawatt dollar euro yen rupee unit existing respective venue participate attend "
    "involve attendance turnout sum weight need needed required requirement necessary live "
    "living reside dwell "
) - _stems("state plan")  # a share of the state and a plan are what they say
#: Who acts at a meeting: as good as no subject at all.
ACTORS = _stems(
    "leader government minister side party nation official delegation partner authority country "
    "president premier"
)
MEETINGS = _stems("summit talks meeting forum visit conference dialogue gathering session event")
#: Documents by what they do: agreements bind, strategies say where to.
AGREEMENTS = _stems("agreement memorandum document contract protocol arrangement fta")
STRATEGIES = _stems(
    "roadmap framework architecture plan strategy blueprint vision agenda declaration statement "
    "communique charter manifesto"
)
DOCUMENTS = {
    **dict.fromkeys(AGREEMENTS, "agreement"),
    **dict.fromkeys(STRATEGIES, "strategy"),
}
#: Counted nouns that count the same things.
NOUNS = {**dict.fromkeys(AGREEMENTS, "agreement")}
#: Words of scope: where one says it and the other does not, they speak of different things.
QUALIFIERS = _stems(
    "public private loan grant equity bond aid oda fdi net gross cumulative monthly quarterly "
    "weekly daily north south east west northern southern eastern western central urban rural "
    "male female men women boys girls youth adult child phase onshore offshore domestic foreign "
    "international peak average mean median minimum maximum percapita upper lower primary "
    "secondary tertiary raw passenger freight cargo winter summer local federal provincial "
    "municipal indirect direct additional remaining extra interim second third fourth fifth "
)
#: What speaks of an earlier time than its meeting's.
PAST = _stems("historical historic previous earlier former past last old")
GOALS = _stems(
    "goal target aim pledge commitment commit promise intend intention seek objective "
    "aspire ambition"
)
REALISED = _stems(
    "actual realised disbursed paid delivered achieved completed spent drawn executed "
    "materialised implemented"
)
REACHED = _stems(
    "met reached achieved fulfilled deployed completed attained accomplished hit surpassed exceeded"
)
EXPORTS = _stems("export")
IMPORTS = _stems("import")
BALANCES = _stems("deficit surplus balance gap")
TOTALS = _stems("trade")
#: Things without a plural of their own: a word more narrows them, where "the bridge" can be told
#: as "the rail bridge".
MASSES = _stems(
    "investment trade export import production capacity consumption debt budget spending aid sale "
    "revenue cost price employment rate growth demand supply energy power income tax stock output"
)
#: Parts that make up a whole, when all of one tuple are told.
COMPLEMENTS = tuple(
    tuple(stem(word) for word in group.split())
    for group in (
        "public private", "men women", "male female", "boys girls", "urban rural",
        "onshore offshore",
        "domestic foreign", "domestic international", "loan grant", "passenger freight",
        "passenger cargo", "youth adult", "child adult",
    )
)  # fmt: skip
#: Verbs by which a meeting or a government brings a document about.
PRODUCED = _stems(
    "unveil establish launch sign adopt announce issue name agree mint conclude finalise endorse "
    "approve publish present release seal ink called title dub"
)
#: What has happened when it is said: enough to make a later "first" doubtful.
HAPPENED = _stems(
    "signed laid opened launched held began started operate operated operating operation "
    "completed built founded established created inaugurated inforce concluded installed "
    "introduced delivered exists existed run commissioned entered sailed flew crossed "
)
#: Predicates of a list of themes or of members, by what they list.
LISTED = {
    **dict.fromkeys(
        _stems("topic sector area theme priority pillar field focus subject cover span include "
               "address concern domain strand axis comprise"), "theme"),
    **dict.fromkeys(_stems("signatory member participant party attendee founder"), "member"),
}  # fmt: skip
#: A list that says so of itself is not the whole.
OPEN_LIST = ("including", "include", "such as", "among", "like", "for example", "e.g.", "notably")
#: Steps that happen once, by what they are.
STAGES = {
    stem(word): group.split()[0]
    for group in (
        "opened open opening inaugurated inauguration inaugurate commissioned commissioning",
        "signed sign signature signing concluded inked", "launched launch",
        "ratified ratification ratify",
        "founded founding foundation",
        "began begin started start first groundbreaking introduced introduction since onset",
        "completed completion complete finished", "closed closure close shut", "arrived arrival",
        "inforce", "born birth", "died death", "deadline due", "election elected",
        "published publication",
    )
    for word in group.split()
}  # fmt: skip
#: Predicates that have one value in words, by what they ask.
ONE_VALUED = {
    **dict.fromkeys(
        _stems("venue place location site host located city headquarters seat"), "where"
    ),
    **dict.fromkeys(_stems("winner won"), "winner"),
    **dict.fromkeys(_stems("contractor builder"), "builder"),
    **dict.fromkeys(_stems("operator operated"), "operator"),
    **dict.fromkeys(_stems("owner owned"), "owner"),
    **dict.fromkeys(_stems("chair chaired presided"), "chair"),
}
