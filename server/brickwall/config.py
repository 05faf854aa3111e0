"""Settings: read once from the environment into one frozen object.

Nothing else in the package reads environment variables. A production start with an
unsafe setting is refused here, before any socket is opened.
"""

import secrets
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env

MINIMUM_SECRET_BYTES = 32
UNSAFE_SECRETS = frozenset({"change-me", "changeme", "secret", "dev", "development", "default"})


class Mode(StrEnum):
    """How strict the start is: a first try, a test run, or real use."""

    SAMPLE = "sample"
    TEST = "test"
    PRODUCTION = "production"


class ConfigurationError(Exception):
    """The process must not start with these settings; the message says what to change."""


WECHAT_API = "https://api.weixin.qq.com"


@dataclass(frozen=True, slots=True)
class WeChatSettings:
    """The mini-program this site belongs to; a site without one works on the web alone.

    ``push_token`` and ``push_key`` are those of the console's message push (the key is empty in
    plain mode). ``templates`` maps a message kind (``result``, ``due``, ``answer``) to the id of
    the subscribe template applied for; a kind without one stays in the inbox. Names of the template's
    fields may follow the id (``<id> thing4 thing7 time3``), for WeChat numbers them as it likes.
    """

    appid: str
    secret: str
    api_base: str = WECHAT_API
    push_token: str = ""
    push_key: str = ""
    env_version: str = "release"
    templates: tuple[tuple[str, str], ...] = ()

    def template(self, kind: str) -> str:
        """Return the template id of a message kind, or an empty text."""
        return dict(self.templates).get(kind, "").partition(" ")[0]

    def template_fields(self, kind: str) -> tuple[str, ...]:
        """Return the fields of a kind's template as the settings name them; none for the usual ones."""
        return tuple(dict(self.templates).get(kind, "").split()[1:])

    def __repr__(self) -> str:
        return f"WeChatSettings(appid={self.appid!r})"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a process needs to know about its surroundings.

    ``base_url`` is the public origin without a trailing slash; it is printed on plaques,
    so it must not change once bricks hang on a wall.
    """

    mode: Mode
    var_dir: Path
    database_url: str
    base_url: str
    secret_key: bytes
    trusted_proxies: int = 0
    debug: bool = False
    contact_line: str = ""
    wechat: WeChatSettings | None = None

    @property
    def host(self) -> str:
        """Host (and port) of the public address, as printed for people."""
        return urlsplit(self.base_url).netloc

    @property
    def secure(self) -> bool:
        """Whether the public address is https, so cookies carry Secure and ``__Host-``."""
        return self.base_url.startswith("https://")

    @property
    def keys_dir(self) -> Path:
        """Folder of key files; never part of a backup (RATINGS.md, K_round)."""
        return self.var_dir / "keys"

    @property
    def media_dir(self) -> Path:
        """Folder of re-encoded photos."""
        return self.var_dir / "media"

    @property
    def work_dir(self) -> Path:
        """Folder for uploads under examination and finished downloads."""
        return self.var_dir / "work"


def ensure_secret(path: Path) -> bytes:
    """Return the secret in ``path``, creating 32 random bytes with mode 0600 at first use."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(MINIMUM_SECRET_BYTES))
    return path.read_text().strip().encode()


def refuse_readable_key(path: Path) -> None:
    """Raise ConfigurationError when a key file can be read by group or others."""
    if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(f"密钥文件 {path} 别人也能读。请先执行：chmod 600 {path}")


def check_production(settings: Settings) -> None:
    """Refuse a production start with a weak secret, debug on, plain http or open key files.

    Raises:
        ConfigurationError: with a sentence that says what to change.
    """
    if settings.secret_key.decode(errors="replace").lower() in UNSAFE_SECRETS:
        raise ConfigurationError("BRICKWALL_SECRET_KEY 还是默认值，请换成 32 字节以上的随机数")
    if len(settings.secret_key) < MINIMUM_SECRET_BYTES:
        raise ConfigurationError("BRICKWALL_SECRET_KEY 太短，至少要 32 字节")
    if settings.debug:
        raise ConfigurationError("正式运行不能打开 BRICKWALL_DEBUG")
    if not settings.secure:
        raise ConfigurationError("正式运行的 BRICKWALL_BASE_URL 必须以 https:// 开头")
    for path in sorted(settings.keys_dir.rglob("*.key")):
        refuse_readable_key(path)


MESSAGE_KINDS = ("result", "due", "answer")


def load_wechat(env: Env) -> WeChatSettings | None:
    """Return the mini-program's settings, or None without an appid.

    Raises:
        ConfigurationError: for an appid without its secret.
    """
    appid = env.str("BRICKWALL_WECHAT_APPID", "").strip()
    secret = env.str("BRICKWALL_WECHAT_SECRET", "").strip()
    if not appid:
        return None
    if not secret:
        raise ConfigurationError("填了 BRICKWALL_WECHAT_APPID，还缺 BRICKWALL_WECHAT_SECRET")
    names = {kind: f"BRICKWALL_WECHAT_TEMPLATE_{kind.upper()}" for kind in MESSAGE_KINDS}
    return WeChatSettings(
        appid=appid,
        secret=secret,
        api_base=env.str("BRICKWALL_WECHAT_API", WECHAT_API).rstrip("/"),
        push_token=env.str("BRICKWALL_WECHAT_PUSH_TOKEN", ""),
        push_key=env.str("BRICKWALL_WECHAT_PUSH_KEY", ""),
        env_version=env.str("BRICKWALL_WECHAT_ENV", "release"),
        templates=tuple((kind, env.str(name, "").strip()) for kind, name in names.items()),
    )


def load_settings(environ: Env | None = None) -> Settings:
    """Build the settings from ``BRICKWALL_*`` variables.

    Raises:
        ConfigurationError: when mode is production and something is unsafe.
    """
    env = environ or Env()
    mode = Mode(env.str("BRICKWALL_MODE", Mode.SAMPLE.value))
    var_dir = Path(env.str("BRICKWALL_VAR", "var")).resolve()
    given = env.str("BRICKWALL_SECRET_KEY", "")
    secret = given.encode() if given else ensure_secret(var_dir / "keys" / "secret.key")
    settings = Settings(
        mode=mode,
        var_dir=var_dir,
        database_url=env.str("BRICKWALL_DATABASE_URL", f"sqlite:///{var_dir / 'brickwall.sqlite3'}"),
        base_url=env.str("BRICKWALL_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        secret_key=secret,
        trusted_proxies=env.int("BRICKWALL_TRUSTED_PROXIES", 0),
        debug=env.bool("BRICKWALL_DEBUG", False),
        contact_line=env.str("BRICKWALL_CONTACT", ""),
        wechat=load_wechat(env),
    )
    if mode is Mode.PRODUCTION:
        check_production(settings)
    return settings
