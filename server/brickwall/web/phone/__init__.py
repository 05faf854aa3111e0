"""What a member's phone and a clerk's phone read: views ready to be shown, as JSON under /api/v1.

The writes are those of the domains; these reads say the same as the pocket's and the desk's pages,
in the same words.
"""
