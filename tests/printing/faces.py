"""Faces for printing tests: invented people, the hard names among them."""

from __future__ import annotations

import random

from brickwall.kernel.ids import ALPHABET
from brickwall.printing.content import PlaqueFace

LONG = "阿卜杜拉·买买提·吐尔逊·艾合买提江·热合曼"
HARD_NAMES = ("刘䶮", "㛃静怡", "王𬎆", "陈𠅤明", "李𬍛", "𰻝面", LONG, "欧阳建国", "柳河村党支部", "赵一")


def make_faces(
    count: int, host: str = "liuhe.example", names: tuple[str, ...] = HARD_NAMES
) -> list[PlaqueFace]:
    """Return `count` faces; the same ones for the same arguments."""
    chance = random.Random(f"{count}{host}")
    faces = []
    for index in range(count):
        code = "".join(chance.choice(ALPHABET) for _ in range(8))
        faces.append(
            PlaqueFace(
                name=names[index % len(names)],
                post=("党支部书记", "", "村委会委员、治保主任")[index % 3],
                branch="柳河村党支部",
                brick_number=index + 1,
                code=code,
                url=f"https://{host}/q/{code}",
                host_words=host,
            )
        )
    return faces
