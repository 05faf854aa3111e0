"""View models of an invented village: what builders make, without a database."""

from brickwall.publicity.view_models import (
    BrickPage,
    ChainLink,
    ChainPage,
    Chrome,
    CommitmentCard,
    Figure,
    Link,
    Picture,
    Progress,
    RatingBar,
    RatingForm,
    RatingResult,
    Standing,
    StepMark,
    Tone,
    Truth,
    WallBrick,
    WallPage,
    WallSegment,
)

NAMES_IN_ORDER = (
    "林秀峰 赵传福 孙桂兰 周大勇 吴玉珍 郑国强 王㛃 冯春来 陈𠅤明 褚建军 卫红梅 蒋铁柱 沈小满 韩德水 杨青山 "
    "朱来喜 秦守田 尤桂英 许长河 何木生 吕秋菊 施有才 张福河 孔令山 曹满仓 严春花 华建设 金凤来 魏东升 陶根生 "
    "姜永年 戚玉兰 谢启明 邹广田 喻长根 柏青 水生泉 窦家兴 章树声 云飞远 苏玉梅 潘石头 葛长庚 奚望 范大成 彭来顺 "
    "郎永福 鲁春生 韦国栋 昌盛 马铁山 苗青青 凤来仪 花满堂 方正文 俞伯年 任小芹 袁田 柳春风 酆收 鲍平安 史册云 "
    "唐山河 费心 廉小洁 岑参天 薛雪 雷雨田 贺新春 阿不都热依木·买买提 汤沸"
)
NAMES = NAMES_IN_ORDER.split()
STEPS = ("研诺", "定诺", "示诺", "践诺", "督诺", "用诺")


def steps_at(position: int) -> tuple[StepMark, ...]:
    states = ["past" if n < position else "now" if n == position else "next" for n in range(6)]
    return tuple(StepMark(name[0], name, state) for name, state in zip(STEPS, states, strict=True))


def standing(
    tone: Tone, strong: str, rest: str, position: int = 3, progress: Progress | None = None
) -> Standing:
    return Standing(
        tone, strong, rest, steps_at(position), f"六步走到第 {position + 1} 步：{STEPS[position]}", progress
    )


LATE = standing(Tone.LATE, "晚了 5 天", "（原定 11 月 16 日）")
CARDS = (
    CommitmentCard(
        "/c/0123456789ab",
        "修好村东头排水沟 120 米",
        LATE,
        "11 月 12 日：挖好 86 米，下雨停工，水泥已到。",
        "看全过程",
    ),
    CommitmentCard(
        "/c/0123456789ac",
        "全年义务夜巡 12 次",
        standing(Tone.GOING, "还有 40 天", "，做了 9 次，还差 3 次", 3, Progress(9, 12, "次")),
        "11 月 18 日：第 9 次，村西、学校一线，关好两处水阀。",
        "看全过程",
    ),
    CommitmentCard(
        "/c/0123456789ad",
        "给敬老户安装扶手 6 户",
        standing(Tone.DONE, "办成了", "，9 月 3 日支部核实", 5, Progress(6, 6, "户")),
        "",
        "看全过程和照片",
    ),
)
FORM = RatingForm(
    "7k3m9qx2", "0123456789zz", "您对林秀峰今年办的事满意吗？", "12 月 20 日封箱前可以改。", 300
)
RESULT = RatingResult(
    "群众评：第三季度",
    "48 人评（应评 412 人），10 月 8 日公布。满意率 77%，区间 63–87%。",
    "网上参考",
    (
        RatingBar("满意", "37 人", 77, "done"),
        RatingBar("一般", "6 人", 13, ""),
        RatingBar("不满意", "5 人", 10, "late"),
    ),
    ("网上任何手机都能评，只供参考，不作正式结果。下一次 12 月 1 日开始评。",),
)


def brick_page(rating: RatingForm | RatingResult | None = FORM) -> BrickPage:
    return BrickPage(
        chrome=Chrome("/q/7k3m9qx2", "林秀峰的承诺 · 柳河村党支部", "liuhe.example"),
        brick="17 号砖，全墙 71 块",
        name="林秀峰",
        lines=("支部委员 · 第二党小组", "柳河村党支部"),
        figures=(
            Figure("3", "件承诺"),
            Figure("1", "办成了", "done"),
            Figure("1", "正在办"),
            Figure("1", "晚了", "late"),
        ),
        summary="承诺 3 件，已办成 1 件，正在办 1 件，1 件晚了。",
        filled=58,
        cards=CARDS,
        empty="今年还没有公开的承诺。",
        rating=rating,
        wall_path="/w/liuhe#b17",
        feedback_path="/feedback?about=7k3m9qx2",
        code="7k3m 9qx2",
        older=CARDS[2:],
    )


def wall_page(segments: int = 2, is_home: bool = False) -> WallPage:
    bricks = []
    for number, name in enumerate(NAMES):
        tone, note, filled = "go", f"{number % 4 + 1} 件在办", (number * 37) % 90
        if number % 7 == 3:
            tone, note, filled = "done", "都办成了", 100
        if number % 11 == 5:
            tone, note, filled = "late", "1 件晚了", 40
        if number in (58, 67):
            tone, note, filled = "end", "免诺", 0
        path = "" if tone == "end" else f"/q/{number:08d}"
        bricks.append(WallBrick(f"b{number + 1}", name, note, tone, filled, path))
    parts = (
        (WallSegment("", tuple(bricks)),)
        if segments == 1
        else (
            WallSegment("第一党小组", tuple(bricks[:23])),
            WallSegment("第二党小组", tuple(bricks[23:46])),
            WallSegment("第三党小组", tuple(bricks[46:])),
        )
    )
    return WallPage(
        chrome=Chrome("/w/liuhe", "柳河村党员承诺墙", "liuhe.example"),
        heading="柳河村党员承诺墙",
        lead="每块砖是一名党员。点一块，看他承诺了什么、办得怎样。",
        figures=(
            Figure("71", "名党员"),
            Figure("64 / 66", "人有承诺（5 人免诺）"),
            Figure("158", "件承诺"),
            Figure("97 / 158", "件核实办成", "done"),
            Figure("22", "件自报待核实"),
            Figure("6 / 158", "件晚了", "late"),
        ),
        segments=parts,
        links=(Link("/q/0000zzzz", "支部的 6 件承诺"),),
        rating=None,
        as_of="数字截至 11 月 21 日 20:00。",
        feedback_path="/feedback?about=0000zzzz",
        is_home=is_home,
    )


def chain_page() -> ChainPage:
    photo = "/media/01/0123456789ab-s.jpg"
    return ChainPage(
        chrome=Chrome("/c/0123456789ab", "修好村东头排水沟 120 米 · 林秀峰", "liuhe.example"),
        owner=Link("/q/7k3m9qx2", "林秀峰"),
        owner_line="支部委员 · 柳河村党支部",
        heading="修好村东头排水沟 120 米",
        file_number="承诺〔2026〕柳河 017",
        standing=LATE,
        truths=(
            Truth("自报", "还在办", "最近一次记录 11 月 12 日", ""),
            Truth("核实", "还没核实", "办成以后由支部到场核实", ""),
            Truth(
                "群众评", "满意 37 · 一般 6 · 不满意 5", "第三季度，评的是林秀峰本人，48 人评（网上参考）", ""
            ),
        ),
        facts=(
            ("怎么办", "请村里会砌砖的四户人家一起，水泥由支部出，林秀峰出工出车。\n先挖东段，后挖西段。"),
            ("谁受益", "村东 43 户"),
            ("什么时候办完", "2026 年 11 月 16 日"),
        ),
        chain=(
            ChainLink(
                "11 月 12 日",
                "2026-11-12",
                "林秀峰记录：",
                "挖好 86 米，下雨停工，水泥已到。",
                tone="go",
                pictures=(Picture(photo, photo, 208, 208, "11 月 12 日的照片，第 1 张"),) * 3,
            ),
            ChainLink("10 月 30 日", "2026-10-30", "林秀峰记录：", "挖好 68 米。", struck=True),
            ChainLink(
                "10 月 28 日", "2026-10-28", "支部文书陈建国代林秀峰记录：", "开工，挖好 20 米。", tone="go"
            ),
            ChainLink("3 月 5 日", "2026-03-05", "柳河村党支部公示了这件承诺。", tone="go"),
            ChainLink("3 月 1 日", "2026-03-01", "支部书记周大勇审过了。"),
            ChainLink("2 月 20 日", "2026-02-20", "支部书记周大勇退回修改。", reason="没写清楚长度和谁受益"),
            ChainLink("2 月 18 日", "2026-02-18", "林秀峰提交支部审核。"),
        ),
        old_texts=(),
        wall_path="/w/liuhe",
        feedback_path="/feedback?about=7k3m9qx2",
    )
