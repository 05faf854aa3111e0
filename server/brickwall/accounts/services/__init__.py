"""What can be done with accounts: staff, sign-in, sessions, activation, phone keys."""

from brickwall.accounts.services.activation import (
    IssuedSlip,
    activate_member,
    examine_slip,
    issue_activations,
    revoke_activations,
)
from brickwall.accounts.services.identities import (
    bind_identity,
    forget_identity,
    note_phone,
    open_wechat_session,
    see_identity,
    unbind_identity,
    unbind_member,
    wipe_openids,
)
from brickwall.accounts.services.phones import rotate_phone_keys
from brickwall.accounts.services.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    reset_second_factor,
    use_second_factor,
)
from brickwall.accounts.services.sessions import (
    Opened,
    end_session,
    end_sessions_of,
    finish_sign_in,
    issue_token,
    open_session,
    touch_session,
)
from brickwall.accounts.services.staff import (
    NewAccount,
    add_assignment,
    change_password,
    create_account,
    disable_account,
    enable_account,
    remove_assignment,
    reset_password,
)
from brickwall.accounts.services.sweeping import sweep_accounts

__all__ = [
    "IssuedSlip",
    "NewAccount",
    "Opened",
    "activate_member",
    "add_assignment",
    "begin_enrolment",
    "bind_identity",
    "change_password",
    "confirm_enrolment",
    "create_account",
    "disable_account",
    "enable_account",
    "end_session",
    "end_sessions_of",
    "examine_slip",
    "finish_sign_in",
    "forget_identity",
    "issue_activations",
    "issue_token",
    "note_phone",
    "open_session",
    "open_wechat_session",
    "remove_assignment",
    "reset_password",
    "reset_second_factor",
    "revoke_activations",
    "rotate_phone_keys",
    "see_identity",
    "sweep_accounts",
    "touch_session",
    "unbind_identity",
    "unbind_member",
    "use_second_factor",
    "wipe_openids",
]
