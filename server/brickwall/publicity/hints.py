"""What may be wrong with a code that nobody has."""

from brickwall.kernel.ids import CODE_LENGTH, RECEIPT_LENGTH, normalise_code


def code_hint(typed: str) -> str:
    """Return what may be wrong with a code as typed, in one sentence."""
    try:
        normalise_code(typed)
    except ValueError:
        pass
    else:
        return "编号的样子是对的，但没有这块砖。请对照砖上的字再看一遍，很像的字最容易看错：5 和 S，8 和 B，2 和 Z。"
    try:
        normalise_code(typed, RECEIPT_LENGTH)
    except ValueError:
        return (
            f"砖上的编号是 {CODE_LENGTH} 位数字和字母，分两组，例如 7k3m 9qx2。大小写都可以，空格可以不打。"
        )
    return "这像是 12 位的回执号或读答复的编号，不是砖上的编号。看答复请点下面的“看答复”。"
