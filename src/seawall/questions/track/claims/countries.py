"""Countries by their names and adjectives, so that "Kenyan" and "Kenya's" mean the same.

General knowledge, one country an entry: its name, then what else it is called.  What is left out
counts as an ordinary word.
"""

from __future__ import annotations

__all__ = ["COUNTRIES", "COUNTRY_PHRASES"]

_NAMES = """
afghanistan afghan; albania albanian; algeria algerian; angola angolan; argentina argentine
argentinian; armenia armenian; australia australian; austria austrian; azerbaijan azerbaijani;
bahrain bahraini; bangladesh bangladeshi; belarus belarusian; belgium belgian; benin beninese;
bhutan bhutanese; bolivia bolivian; botswana; brazil brazilian; brunei bruneian; bulgaria bulgarian;
burundi; cambodia cambodian; cameroon cameroonian; canada canadian; chad chadian; chile chilean;
china chinese; colombia colombian; croatia croatian; cuba cuban; cyprus cypriot; czechia czech;
denmark danish; djibouti; ecuador ecuadorian; egypt egyptian; eritrea eritrean; estonia estonian;
ethiopia ethiopian; fiji fijian; finland finnish; france french; gabon gabonese; gambia gambian;
georgia georgian; germany german; ghana ghanaian; greece greek; guatemala guatemalan; guyana
guyanese; haiti haitian; honduras honduran; hungary hungarian; iceland icelandic; india indian;
indonesia indonesian; iran iranian; iraq iraqi; ireland irish; israel israeli; italy italian;
jamaica jamaican; japan japanese; jordan jordanian; kazakhstan kazakh; kenya kenyan; kosovo;
kuwait kuwaiti; kyrgyzstan kyrgyz; laos lao laotian; latvia latvian; lebanon lebanese; liberia
liberian; libya libyan; lithuania lithuanian; luxembourg; madagascar malagasy; malawi malawian;
malaysia malaysian; maldives maldivian; mali malian; malta maltese; mauritania mauritanian;
mauritius mauritian; mexico mexican; moldova moldovan; mongolia mongolian; montenegro; morocco
moroccan; mozambique mozambican; myanmar burma; namibia namibian; nepal nepali nepalese;
netherlands dutch; nicaragua nicaraguan; niger; nigeria nigerian; norway norwegian; oman omani;
pakistan pakistani; panama panamanian; paraguay paraguayan; peru peruvian; philippines philippine
filipino; poland polish; portugal portuguese; qatar qatari; romania romanian; russia russian;
rwanda rwandan; senegal senegalese; serbia serbian; singapore singaporean; slovakia slovak;
slovenia slovenian; somalia somali; spain spanish; sudan sudanese; suriname; sweden swedish;
switzerland swiss; syria syrian; taiwan taiwanese; tajikistan tajik; tanzania tanzanian; thailand
thai; togo togolese; tonga tongan; tunisia tunisian; turkey turkish; turkmenistan turkmen; uganda
ugandan; ukraine ukrainian; uruguay uruguayan; uzbekistan uzbek; vanuatu; venezuela venezuelan;
vietnam vietnamese; yemen yemeni; zambia zambian; zimbabwe zimbabwean; unitedstates american us
usa; unitedkingdom british uk britain; newzealand; southkorea; northkorea; southafrica; saudiarabia
saudi; srilanka; uae emirati; capeverde; ivorycoast; costarica; elsalvador; eastimor
"""
_PHRASES = {
    "united states": "unitedstates", "united kingdom": "unitedkingdom", "great britain":
    "unitedkingdom", "new zealand": "newzealand", "south korea": "southkorea", "south korean":
    "southkorea", "republic of korea": "southkorea", "north korea": "northkorea", "south africa":
    "southafrica", "south african": "southafrica", "saudi arabia": "saudiarabia", "saudi arabian":
    "saudiarabia", "sri lanka": "srilanka", "sri lankan": "srilanka", "united arab emirates": "uae",
    "cape verde": "capeverde", "cabo verde": "capeverde", "ivory coast": "ivorycoast",
    "cote d'ivoire": "ivorycoast", "costa rica": "costarica", "costa rican": "costarica",
    "el salvador": "elsalvador", "timor-leste": "eastimor", "east timor": "eastimor",
    "viet nam": "vietnam", "czech republic": "czechia", "türkiye": "turkey", "u.s.": "unitedstates",
    "u.k.": "unitedkingdom",
}  # fmt: skip


def _by_word() -> dict[str, str]:
    found = {}
    for entry in _NAMES.split(";"):
        name, *others = entry.split()
        found.update(dict.fromkeys((name, *others), name))
    return found


#: Country by each word that means it.
COUNTRIES = _by_word()
#: The same for names of several words, as one.
COUNTRY_PHRASES = _PHRASES
