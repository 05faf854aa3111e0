"""One row for every table a migration makes, written as SQL: models may change, history may not."""

_AT = "'2026-11-21 08:00:00+00:00'"

ROWS_BY_REVISION: dict[str, list[str]] = {
    "0001": [
        (
            "INSERT INTO organisation (id, code, name, short_name, kind, sector, path, created_at) "
            f"VALUES (1, 'liuhe', '柳河村党支部', '柳河', 'branch', 'village', '/1/', {_AT})"
        ),
        (
            "INSERT INTO member (id, public_id, organisation_id, name, post, status, created_at, updated_at) "
            f"VALUES (1, 'aaaaaaaaaaaa', 1, '陈𠅤明', '', 'active', {_AT}, {_AT})"
        ),
        (
            "INSERT INTO account (id, public_id, login, display_name, must_change_password, created_at) "
            f"VALUES (1, 'bbbbbbbbbbbb', 'clerk', '干事', false, {_AT})"
        ),
        (
            "INSERT INTO audit_entry (id, at, actor_label, tag, organisation_path, subject, data) "
            f"VALUES (1, {_AT}, '系统', 'system.backup.made', '/', '', '{{}}')"
        ),
    ],
    "0002": [
        (
            "INSERT INTO plaque (id, code, serial, state, organisation_id, member_id, created_at) "
            f"VALUES (1, '7k3m9qx2', 1, 'issued', 1, 1, {_AT})"
        ),
        (
            "INSERT INTO commitment (id, public_id, organisation_id, member_id, year, state, revision, version, kind, "
            "category, title, detail, measures, beneficiary, unit, done_amount, created_at) VALUES (1, "
            f"'cccccccccccc', 1, 1, 2026, 'draft', 1, 1, 'one_off', 'water', '打井', '', '', '', '次', 0, {_AT})"
        ),
    ],
    "0003": [
        (
            "INSERT INTO evaluation_round (id, public_id, organisation_id, name, electorate, level, state, "
            "publish_minimum, opened_at, closes_at) VALUES (1, 'dddddddddddd', 1, '第四季度评议', "
            f"'residents_members', 'c', 'open', 10, {_AT}, {_AT})"
        ),
        "INSERT INTO round_subject (id, round_id, key, member_id) VALUES (1, 1, 'member:1', 1)",
        "INSERT INTO round_voter (roll, round_id) VALUES ('\\x00', 1)",
        (
            "INSERT INTO rating (slot, version, subject_id, value, level, receipt, leaf, salt, lock) "
            "VALUES ('\\x00', 1, 1, 'fair', 'c', '7k3m9qx240vd', '\\x00', '\\x00', '\\x00')"
        ),
    ],
    "0004": [
        "INSERT INTO wechat_token (appid, lease_until) VALUES ('wx0000000000000000', NULL)",
        (
            "INSERT INTO wechat_push (id, fingerprint, event, payload, state, received_at) "
            f"VALUES (1, 'ffff', 'wxa_media_check', '{{}}', 'waiting', {_AT})"
        ),
    ],
    "0005": [
        (
            "INSERT INTO wechat_identity (id, appid, openid_hash, account_id, seen_at) "
            f"VALUES (1, 'wx0000000000000000', 'eeee', 1, {_AT})"
        ),
        (
            "INSERT INTO auth_session (id, public_id, token_hash, form_token, kind, identity_id, label, created_at, "
            f"last_seen_at, expires_at) VALUES (1, 'ffffffffffff', 'ffff', '', 'resident', 1, '微信', {_AT}, {_AT}, {_AT})"
        ),
    ],
    "0006": [
        (
            "INSERT INTO content_check (public_id, kind, subject, organisation_id, state, found, since, decided_by, "
            f"decision) VALUES ('jjjjjjjjjjjj', 'entry', 'kkkkkkkkkkkk', 1, 'waiting', '', {_AT}, '', '')"
        ),
    ],
    "0007": [
        f"INSERT INTO mailbox (id, kind, account_id, made_on) VALUES (1, 'member', 1, {_AT[:11]}')",
        (
            "INSERT INTO message (id, public_id, mailbox_id, kind, key, subject, title, text, page, created_at) "
            f"VALUES (1, 'gggggggggggg', 1, 'due', 'due:1', '打井', '12 月 31 日到期', '', '/my', {_AT})"
        ),
        (
            "INSERT INTO message_subscription (topic, mailbox_id, public_id, label, asked_on) "
            f"VALUES ('aaaa', 1, 'hhhhhhhhhhhh', '第四季度评议的结果', {_AT[:11]}')"
        ),
        "INSERT INTO message_credit (identity_id, kind, count) VALUES (1, 'due', 0)",
        (f"INSERT INTO phone_message (message_id, state, tries, next_at) VALUES (1, 'waiting', 0, {_AT})"),
    ],
    "0008": [
        (
            "INSERT INTO switch_change (id, name, is_on, reason, actor_label, at) "
            f"VALUES (1, 'phone_check', true, '县里定的', '县委组织部', {_AT})"
        ),
    ],
}
