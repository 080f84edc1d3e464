"""Redirect: it has happened; which cargo goes where, and who owes whom?"""
