"""Every model, imported so that the metadata is complete for migrations and tests."""

from brickwall.accounts import models as accounts
from brickwall.audit import models as audit
from brickwall.commitments import models as commitments
from brickwall.evaluations import models as evaluations
from brickwall.feedback import models as feedback
from brickwall.kernel import idempotency, imports, jobs, projections
from brickwall.kernel.db import Base
from brickwall.messages import models as messages
from brickwall.moderation import models as moderation
from brickwall.organisations import models as organisations
from brickwall.plaques import models as plaques
from brickwall.wechat import models as wechat

metadata = Base.metadata

__all__ = [
    "accounts",
    "audit",
    "commitments",
    "evaluations",
    "feedback",
    "idempotency",
    "imports",
    "jobs",
    "messages",
    "metadata",
    "moderation",
    "organisations",
    "plaques",
    "projections",
    "wechat",
]
