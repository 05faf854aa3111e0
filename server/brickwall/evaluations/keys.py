"""K_round: the key that makes slots, kept outside the database and its backups (RATINGS.md).

A file of 32 random bytes, mode 0400, ``keys/rounds/<round>.key``. It is read afresh for every
rating and kept in no cache: once the file is overwritten and removed, no process of ours holds
the key any more, and nobody can link slots to voters.
"""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import structlog

from brickwall.kernel.problems import Unavailable

KEY_BYTES = 32
log = structlog.get_logger()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class RoundKeys:
    """The key files of all open rounds of this installation."""

    def __init__(self, keys_dir: Path) -> None:
        self._dir = keys_dir / "rounds"

    def _path(self, round_id: str) -> Path:
        return self._dir / f"{round_id}.key"

    def create(self, round_id: str) -> None:
        """Make the key of a new round and bring it to the disk before anything refers to it.

        Raises:
            FileExistsError: a round's key is made once.
        """
        self._dir.mkdir(parents=True, exist_ok=True)
        self._dir.chmod(0o700)
        descriptor = os.open(self._path(round_id), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self._dir)

    def read(self, round_id: str) -> bytes:
        """Return the 32 bytes of a round's key.

        Raises:
            Unavailable: when the file is gone (a database restored without its keys folder).
        """
        try:
            key = self._path(round_id).read_bytes()
        except FileNotFoundError:
            key = b""
        if len(key) != KEY_BYTES:
            raise Unavailable(
                "这一轮评议的钥匙不在这台机器上，暂时不能评。请告诉村里的工作人员", "round.key_missing"
            )
        return key

    def exists(self, round_id: str) -> bool:
        """Tell whether the key of a round is here."""
        return self._path(round_id).exists()

    def destroy(self, round_id: str) -> None:
        """Overwrite and remove a round's key; does nothing when it is gone already."""
        path = self._path(round_id)
        if not path.exists():
            return
        path.chmod(0o600)
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _sync_folder(self._dir)
        log.info("round.key_destroyed", round=round_id)

    def list_rounds(self) -> list[str]:
        """Return the public ids of the rounds whose keys lie here."""
        return sorted(path.stem for path in self._dir.glob("*.key"))

    def sweep(self, open_rounds: Iterable[str]) -> list[str]:
        """Destroy every key whose round is not among ``open_rounds``; return those rounds.

        Catches what a crash between a commit and the removal, or a rolled-back opening, left.
        """
        wanted = set(open_rounds)
        left = [round_id for round_id in self.list_rounds() if round_id not in wanted]
        for round_id in left:
            self.destroy(round_id)
        return left
