"""Life of a plaque (DOMAIN.md)."""

from enum import StrEnum

from brickwall.kernel.labels import Labels


class PlaqueState(StrEnum):
    """Where a plaque stands."""

    BLANK = "blank"
    ISSUED = "issued"
    PRINTED = "printed"
    INSTALLED = "installed"
    DAMAGED = "damaged"
    RETIRED = "retired"


class PlaqueEventKind(StrEnum):
    """What happened to a plaque."""

    ISSUED = "issued"
    PRINTED = "printed"
    BOUND = "bound"
    REPOINTED = "repointed"
    INSTALLED = "installed"
    DAMAGED = "damaged"
    RETIRED = "retired"


LABELS = Labels(
    {
        PlaqueState.BLANK: "空白",
        PlaqueState.ISSUED: "已编号",
        PlaqueState.PRINTED: "已打印",
        PlaqueState.INSTALLED: "已安装",
        PlaqueState.DAMAGED: "已损坏",
        PlaqueState.RETIRED: "已停用",
    },
    {
        PlaqueEventKind.ISSUED: "编号",
        PlaqueEventKind.PRINTED: "打印",
        PlaqueEventKind.BOUND: "配发",
        PlaqueEventKind.REPOINTED: "改指向",
        PlaqueEventKind.INSTALLED: "安装",
        PlaqueEventKind.DAMAGED: "损坏",
        PlaqueEventKind.RETIRED: "停用",
    },
)
