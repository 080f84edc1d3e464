"""Scripts that build what is committed; none of them is needed to run Seawall."""
