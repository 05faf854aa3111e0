"""Chinese sentences for what marshmallow says about a field."""

# marshmallow's own sentences, for fields whose schema gives none.
_CHINESE = {
    "Missing data for required field.": "请填写",
    "Field may not be null.": "请填写",
    "Unknown field.": "没有这一项",
    "Invalid input type.": "格式不对",
    "Shorter than minimum length": "太短了",
    "Longer than maximum length": "太长了",
    "Length must be": "长度不合适",
    "Not a valid integer.": "请填整数",
    "Not a valid number.": "请填数字",
    "Not a valid date.": "请按 2026-11-21 的样子填日期",
    "Not a valid datetime.": "请按 2026-11-21 18:00 的样子填时间",
    "Must be one of": "请从列表里选择",
    "Must be greater than": "数目太小了",
    "Must be less than": "数目太大了",
}


def chinese(message: str) -> str:
    """Return a validation message in Chinese; a sentence that is Chinese already stays."""
    for start, sentence in _CHINESE.items():
        if message.startswith(start):
            return sentence
    return message if not message.isascii() else "填得不对，请检查"
