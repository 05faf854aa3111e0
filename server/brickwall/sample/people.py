"""Seventy-one invented members of 柳河村, and three who moved away.

The plain names were drawn once with Faker's zh_CN provider (seed 20261121). The others carry
the characters that break name plates elsewhere (PLAQUES.md, Names).
"""

GROUPS = ("第一党小组", "第二党小组", "第三党小组", "第四党小组")

HARD_NAMES = ("马䶮", "王㛃", "周𬎆", "陈𠅤明", "林𬍛", "赵𰻝", "阿卜杜热合曼·买买提江", "司马小满")

PLAIN_NAMES = (
    *("陈凯", "黄兵", "唐秀荣", "杨林", "赵宇", "刘利", "王倩", "王岩", "李洁", "吴桂芳", "刘军"),
    *("唐丽", "程桂香", "朱林", "宋畅", "吴丽华", "狄帆", "滕想", "王秀荣", "马秀珍", "王亮", "范阳"),
    *("刘小红", "尹红梅", "吴艳", "萧刚", "张丽华", "朱金凤", "袁莉", "潘金凤", "翁平", "苏飞", "王红霞"),
    *("王冬梅", "刘璐", "陈英", "张浩", "穆淑华", "温利", "何坤", "周旭", "方芳", "陈海燕", "林雪梅"),
    *("田萍", "单琴", "余玉珍", "陈浩", "蒋超", "孙玉珍", "钟宇", "张淑英", "江勇", "黄静", "时玉华"),
    *("李凤英", "侯秀荣", "谭鹏", "高秀兰", "胡荣", "冯秀荣", "汪秀华", "卢满仓"),
)

MOVED_NAMES = ("齐秋生", "葛长庚", "苗青青")

POSTS = {0: "支部书记", 1: "支部副书记", 2: "组织委员", 3: "宣传委员", 4: "纪检委员"}

EXEMPTIONS = {
    20: "年满八十岁，行动不便",
    33: "长期卧床，需人照顾",
    41: "年满八十五岁",
    52: "患病住院，正在康复",
    64: "年老体弱，本人申请",
}


def wall_names() -> list[str]:
    """Return the 71 names in the order of the wall: a hard one in every row or two."""
    names = list(PLAIN_NAMES)
    for number, name in enumerate(HARD_NAMES):
        names.insert(3 + number * 8, name)
    return names
