"""Where refining hubs belong: ore that they can get, circuits of separation, users of the oxide."""
