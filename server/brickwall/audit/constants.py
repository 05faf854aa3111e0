"""Audit tags, each with the readable sentence the log shows."""

from enum import StrEnum


class Tag(StrEnum):
    """What was done, as ``domain.thing.past_participle``."""

    ORGANISATION_CREATED = "organisations.organisation.created"
    ORGANISATION_CHANGED = "organisations.organisation.changed"
    MEMBER_CREATED = "organisations.member.created"
    MEMBER_CHANGED = "organisations.member.changed"
    MEMBER_MOVED = "organisations.member.moved"
    MEMBER_STATUS_CHANGED = "organisations.member.status_changed"
    MEMBER_EXEMPTED = "organisations.member.exempted"
    MEMBER_EXEMPTION_ENDED = "organisations.member.exemption_ended"
    WALL_REORDERED = "organisations.wall.reordered"
    ROSTER_IMPORTED = "organisations.roster.imported"
    SWITCHED_ON = "organisations.switch.switched_on"
    SWITCHED_OFF = "organisations.switch.switched_off"
    TABLE_EXPORTED = "reports.table.exported"
    ACCOUNT_CREATED = "accounts.account.created"
    ACCOUNT_DISABLED = "accounts.account.disabled"
    ACCOUNT_ENABLED = "accounts.account.enabled"
    ASSIGNMENT_ADDED = "accounts.assignment.added"
    ASSIGNMENT_REMOVED = "accounts.assignment.removed"
    PASSWORD_RESET = "accounts.password.reset"
    PASSWORD_CHANGED = "accounts.password.changed"
    SECOND_FACTOR_SET = "accounts.second_factor.set"
    SECOND_FACTOR_RESET = "accounts.second_factor.reset"
    RECOVERY_CODE_USED = "accounts.recovery_code.used"
    SIGNED_IN = "accounts.session.opened"
    SIGN_IN_FAILED = "accounts.session.refused"
    ACCOUNT_LOCKED = "accounts.account.locked"
    SESSION_ENDED = "accounts.session.ended"
    ACTIVATION_ISSUED = "accounts.activation.issued"
    ACTIVATION_USED = "accounts.activation.used"
    ACTIVATION_REVOKED = "accounts.activation.revoked"
    TOKEN_ISSUED = "accounts.token.issued"
    WECHAT_BOUND = "accounts.wechat.bound"
    WECHAT_UNBOUND = "accounts.wechat.unbound"
    PHONE_KEYS_ROTATED = "accounts.phone_keys.rotated"
    PLAQUES_ISSUED = "plaques.plaque.issued"
    PLAQUES_PRINTED = "plaques.plaque.printed"
    PLAQUE_BOUND = "plaques.plaque.bound"
    PLAQUE_REPOINTED = "plaques.plaque.repointed"
    PLAQUE_INSTALLED = "plaques.plaque.installed"
    PLAQUE_DAMAGED = "plaques.plaque.reported_damaged"
    PLAQUE_RETIRED = "plaques.plaque.retired"
    COMMITMENT_PROPOSED = "commitments.commitment.proposed"
    COMMITMENT_REVISED = "commitments.commitment.revised"
    COMMITMENT_SUBMITTED = "commitments.commitment.submitted"
    COMMITMENT_RETURNED = "commitments.commitment.returned"
    COMMITMENT_APPROVED = "commitments.commitment.approved"
    COMMITMENT_PUBLISHED = "commitments.commitment.published"
    COMMITMENT_DONE_CLAIMED = "commitments.commitment.done_claimed"
    COMMITMENT_SENT_BACK = "commitments.commitment.sent_back"
    COMMITMENT_CLOSED_OUT = "commitments.commitment.closed_out"
    COMMITMENT_WITHDRAWN = "commitments.commitment.withdrawn"
    COMMITMENTS_IMPORTED = "commitments.commitment.imported"
    ENTRY_RECORDED = "commitments.entry.recorded"
    ENTRY_SUPERSEDED = "commitments.entry.superseded"
    ROUND_OPENED = "evaluations.round.opened"
    ROUND_CLOSED = "evaluations.round.closed"
    COMMENT_PUBLISHED = "evaluations.comment.published"
    COMMENT_REJECTED = "evaluations.comment.rejected"
    CONTENT_RELEASED = "moderation.content.released"
    CONTENT_REFUSED = "moderation.content.refused"
    FEEDBACK_ANSWERED = "feedback.feedback.answered"
    FEEDBACK_CLOSED = "feedback.feedback.closed"
    BACKUP_MADE = "system.backup.made"
    BACKUP_RESTORED = "system.backup.restored"


# ``{subject}`` and the keys of the entry's data may stand in a sentence.
SENTENCES: dict[Tag, str] = {
    Tag.ORGANISATION_CREATED: "新建了党组织“{subject}”",
    Tag.ORGANISATION_CHANGED: "修改了党组织“{subject}”的资料",
    Tag.MEMBER_CREATED: "新增了党员“{subject}”",
    Tag.MEMBER_CHANGED: "修改了党员“{subject}”的资料",
    Tag.MEMBER_MOVED: "把党员“{subject}”转到了“{to}”",
    Tag.MEMBER_STATUS_CHANGED: "把党员“{subject}”的状态改为“{to}”，原因：{reason}",
    Tag.MEMBER_EXEMPTED: "给党员“{subject}”办了免诺，原因：{reason}",
    Tag.MEMBER_EXEMPTION_ENDED: "取消了党员“{subject}”的免诺，原因：{reason}",
    Tag.WALL_REORDERED: "调整了“{subject}”砖墙的次序",
    Tag.ROSTER_IMPORTED: "导入了名册“{subject}”：新增 {created} 人，修改 {changed} 人",
    Tag.SWITCHED_ON: "打开了“{subject}”，原因：{reason}",
    Tag.SWITCHED_OFF: "关掉了“{subject}”，原因：{reason}",
    Tag.TABLE_EXPORTED: "导出了表格“{subject}”，共 {rows} 行",
    Tag.ACCOUNT_CREATED: "开设了账号“{subject}”",
    Tag.ACCOUNT_DISABLED: "停用了账号“{subject}”，原因：{reason}",
    Tag.ACCOUNT_ENABLED: "恢复了账号“{subject}”",
    Tag.ASSIGNMENT_ADDED: "给“{subject}”加上了“{role}”",
    Tag.ASSIGNMENT_REMOVED: "去掉了“{subject}”的“{role}”，原因：{reason}",
    Tag.PASSWORD_RESET: "重设了“{subject}”的密码",
    Tag.PASSWORD_CHANGED: "“{subject}”改了密码",
    Tag.SECOND_FACTOR_SET: "“{subject}”设好了动态验证码",
    Tag.SECOND_FACTOR_RESET: "清除了“{subject}”的动态验证码",
    Tag.RECOVERY_CODE_USED: "“{subject}”用了一个备用码登录",
    Tag.SIGNED_IN: "“{subject}”登录了",
    Tag.SIGN_IN_FAILED: "“{subject}”登录没有成功",
    Tag.ACCOUNT_LOCKED: "“{subject}”多次输错，暂时锁住",
    Tag.SESSION_ENDED: "结束了“{subject}”的一次登录",
    Tag.ACTIVATION_ISSUED: "给“{subject}”开了激活条",
    Tag.ACTIVATION_USED: "“{subject}”用激活条开通了手机",
    Tag.ACTIVATION_REVOKED: "作废了“{subject}”的激活条",
    Tag.TOKEN_ISSUED: "给“{subject}”发了接口令牌",
    Tag.WECHAT_BOUND: "把一个微信绑定到党员“{subject}”（凭{how}，原先已绑 {others} 个）",
    Tag.WECHAT_UNBOUND: "解除了党员“{subject}”的微信绑定",
    Tag.PHONE_KEYS_ROTATED: "更换了手机号加密密钥，重新加密 {rows} 个号码",
    Tag.PLAQUES_ISSUED: "给“{subject}”编了 {count} 个砖码",
    Tag.PLAQUES_PRINTED: "打印了“{subject}”的铭牌 {count} 块",
    Tag.PLAQUE_BOUND: "把空白砖 {code} 配给了“{subject}”",
    Tag.PLAQUE_REPOINTED: "把砖 {code} 改指向“{subject}”，原因：{reason}",
    Tag.PLAQUE_INSTALLED: "登记砖 {code}（{subject}）已安装",
    Tag.PLAQUE_DAMAGED: "登记砖 {code}（{subject}）已损坏，原因：{reason}",
    Tag.PLAQUE_RETIRED: "停用了砖 {code}（{subject}），原因：{reason}",
    Tag.COMMITMENT_PROPOSED: "起草了承诺“{subject}”",
    Tag.COMMITMENT_REVISED: "修改了承诺“{subject}”，原因：{reason}",
    Tag.COMMITMENT_SUBMITTED: "提交了承诺“{subject}”",
    Tag.COMMITMENT_RETURNED: "退回了承诺“{subject}”，原因：{reason}",
    Tag.COMMITMENT_APPROVED: "审过了承诺“{subject}”",
    Tag.COMMITMENT_PUBLISHED: "公示了承诺“{subject}”",
    Tag.COMMITMENT_DONE_CLAIMED: "报告承诺“{subject}”办成了",
    Tag.COMMITMENT_SENT_BACK: "核实后退回了承诺“{subject}”，原因：{reason}",
    Tag.COMMITMENT_CLOSED_OUT: "核实并销号了承诺“{subject}”",
    Tag.COMMITMENT_WITHDRAWN: "撤回了承诺“{subject}”，原因：{reason}",
    Tag.COMMITMENTS_IMPORTED: "导入了承诺表“{subject}”：{created} 件",
    Tag.ENTRY_RECORDED: "给承诺“{subject}”记了一条践诺记录",
    Tag.ENTRY_SUPERSEDED: "更正了承诺“{subject}”的一条践诺记录，原因：{reason}",
    Tag.ROUND_OPENED: "开启了评议“{subject}”",
    Tag.ROUND_CLOSED: "结束了评议“{subject}”",
    Tag.COMMENT_PUBLISHED: "公开了一条评议留言（{subject}）",
    Tag.COMMENT_REJECTED: "没有公开一条评议留言（{subject}），原因：{reason}",
    Tag.CONTENT_RELEASED: "审看放行了一条{kind}（{subject}），说明：{reason}",
    Tag.CONTENT_REFUSED: "审看没有放行一条{kind}（{subject}），原因：{reason}",
    Tag.FEEDBACK_ANSWERED: "答复了一条投诉建议（{subject}）",
    Tag.FEEDBACK_CLOSED: "办结了一条投诉建议（{subject}）",
    Tag.BACKUP_MADE: "做了一次备份",
    Tag.BACKUP_RESTORED: "恢复了一次备份",
}
