"""Rosters as clerks keep them, read into members: pure functions, no database.

``reading`` turns a file into tables, ``columns`` finds the headings, ``cells`` reads
single values, ``rows`` makes :class:`RosterRow` of them, ``plan`` compares with the
members already there.
"""
