"""Ledgers of commitments as branches keep them in Excel: read, matched to members, planned.

``columns`` knows the headings, ``cells`` reads one value, ``reading`` one file, ``plan``
compares it with what is there. Writing is done by ``services.ledgers``.
"""
