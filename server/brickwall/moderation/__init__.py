"""Moderation (审看): what people write and photograph is looked at before everybody else sees it.

The policy, and the one rule above it: **nothing is published because a check failed to answer.**

- What staff write at the desk a person has seen: it is shown. The word list only tells them.
- A member's entry or photo from WeChat, with an openid seen within two hours, waits until the
  worker has asked WeChat (text: ``msgSecCheck``, pictures: ``mediaCheckAsync`` with a
  short-lived signed address). ``pass`` shows it. ``risky``, ``review``, an error for good or
  no answer within 30 minutes bring it to people (等人看); it stays hidden meanwhile.
- A member's entry or photo without such an openid (from the web): a hit in the word list brings
  it to people. Without a hit it goes to people all the same where the site has a mini-program,
  because what is shown inside WeChat must have been looked at; a site without one shows it, as
  a named member answers for it to his branch.
- A comment on a rating stays behind a person as ever (COMMENT_REVIEW). With an openid and
  ``pass`` it needs none.
- 投诉建议 are never held back: only the branch reads them. The verdict is a note for the reader.
- A risky picture is hidden at once and its uploader told so; he may send another.
- Words a member writes beside a step of his own (办成了, a wish to change the text) stay out of the
  public chain until the branch has answered that step: it has read them then.
- People release, or refuse with a reason; either can be turned round later, with a reason.

An openid is sealed in the row and leaves it when the check is settled, as do all times of
comments and complaints (RATINGS.md, never stored). Jobs name no check, and delete themselves.

Owners of content (commitments, evaluations, feedback) register in :mod:`owners`, so that
nothing here knows them. The worker asks; a request never does.
"""
