"""What the invented village promised, modelled on what real villages promise (PRACTICES F, L, G).

Each line: title, kind, category, amount, unit, due month and day, who gains, how, and what the
entries say. ``{place}`` becomes a part of the village.
"""

from typing import NamedTuple

from brickwall.commitments.constants import Category, CommitmentKind

ONE, COUNTED, STANDING = CommitmentKind.ONE_OFF, CommitmentKind.COUNTED, CommitmentKind.STANDING
PLACES = ("村东头", "村西头", "一组", "二组", "三组", "四组", "学校门前", "老井旁", "河堤边", "打谷场")


class Promise(NamedTuple):
    """One promise as the sample writes it."""

    title: str
    kind: CommitmentKind
    category: Category
    amount: int | None
    unit: str
    due: tuple[int, int] | None
    gains: str
    measures: str
    entries: tuple[str, ...]


BRANCH = (
    Promise("打灌溉机井 13 眼", COUNTED, Category.WATER, 13, "眼", (10, 31), "全村 1,860 亩麦田", "项目资金与村集体各出一半，每眼井定一名党员看护。", ("完成选点。", "机井打好，出水正常。", "配电到位，可以浇地。")),
    Promise("改造户厕 340 座", COUNTED, Category.ENVIRONMENT, 340, "座", (11, 2), "全村 340 户", "分四个小组推进，每周公布一次进度。", ("完成改造。", "通过验收。")),
    Promise("主要路口安装监控 24 处", COUNTED, Category.SAFETY, 24, "处", (6, 30), "全体村民", "由派出所指导选点，画面只供治安使用。", ("装好并接通。", "调试完成。")),
    Promise("背街小巷装路灯 60 盏", COUNTED, Category.ROAD, 60, "盏", (12, 20), "三组、四组 118 户", "先装没有灯的巷子，每盏灯登记编号。", ("装好路灯。", "线路入地。")),
    Promise("每月开一次群众恳谈会", COUNTED, Category.SERVICE, 12, "次", (12, 31), "全体村民", "每月 10 日晚在文化广场，当场记下，下月回话。", ("开会，记下意见 9 条，答复上月 7 条。", "开会，讨论排水和垃圾清运。")),
    Promise("全年走访困难户，每户每季至少一次", STANDING, Category.CARE, None, "次", (12, 31), "困难户 23 户", "支委分片联系，走访当天写记录。", ("走访 23 户，帮 2 户办好临时救助。", "送去过冬煤和棉被。")),
)

MEMBERS = (
    Promise("全年义务夜巡 12 次", COUNTED, Category.SAFETY, 12, "次", (12, 31), "全体村民", "每月一次，两人一组。", ("夜巡{place}一线，关好两处水阀。", "夜巡，劝离河边玩水的孩子。", "夜巡，一切正常。")),
    Promise("{place}小树每月浇水一次", COUNTED, Category.ENVIRONMENT, 10, "次", (11, 30), "过路的乡亲", "自带水桶，天旱加浇。", ("浇树 40 棵。", "浇树，补栽 3 棵。")),
    Promise("修好{place}排水沟 120 米", ONE, Category.WATER, None, "次", (11, 16), "沿沟 26 户", "自己出工，村里出水泥。", ("挖好 86 米，下雨停工，水泥已到。", "沟底抹平，开始盖板。")),
    Promise("给敬老户安装扶手 6 户", COUNTED, Category.CARE, 6, "户", (9, 10), "独居老人 6 户", "自带电钻，材料费自理。", ("装好一户。", "装好两户，老人试过。")),
    Promise("{place}巷道灯坏了三天内修好", STANDING, Category.ROAD, None, "次", (12, 31), "{place}住户", "留电话在灯杆上，接到就去。", ("换灯泡 2 只。", "线头老化，整段换新。")),
    Promise("帮 10 位老人学会用手机看病挂号", COUNTED, Category.EDUCATION, 10, "人", (10, 31), "六十岁以上老人", "每周六上午在党群服务中心。", ("教会 1 人。", "教会 2 人，写了大字步骤。")),
    Promise("带动 3 户种大棚番茄", COUNTED, Category.INCOME, 3, "户", (8, 31), "愿意种的农户", "包教技术，帮联系收购。", ("一户搭好棚。", "番茄上市，帮卖 600 斤。")),
    Promise("每月给{place}五保老人理一次发", COUNTED, Category.CARE, 12, "次", (12, 31), "五保老人", "自带工具，上门服务。", ("理发 4 人。", "理发 5 人，剪指甲。")),
    Promise("清理{place}多年的垃圾堆", ONE, Category.ENVIRONMENT, None, "次", (5, 31), "附近 15 户", "请铲车一天，平整后种花。", ("清走 4 车。", "平整好，撒了花籽。")),
    Promise("办一场迎春文艺晚会", ONE, Category.CULTURE, None, "次", (2, 20), "全村乡亲", "自编节目，不花村里的钱。", ("排练三次。", "晚会办完，来了 400 多人。")),
    Promise("全年代办证件和补贴 30 件", COUNTED, Category.SERVICE, 30, "件", (12, 31), "腿脚不便的人家", "每周二、周五去镇上。", ("代办 3 件。", "代办 4 件，都已送到家。")),
    Promise("调解邻里纠纷，不把矛盾留过夜", STANDING, Category.SAFETY, None, "次", (12, 31), "全体村民", "随叫随到，说公道话。", ("调解宅基地边界一起，双方签字。", "调解一起，当晚和好。")),
    Promise("给{place}铺 200 米砖路", ONE, Category.ROAD, None, "次", (10, 20), "{place} 31 户", "发动邻居出工，砖由企业捐。", ("铺好 120 米。", "全部铺完，压实。")),
    Promise("接送{place}孩子上学，雨雪天不停", STANDING, Category.CARE, None, "次", (12, 31), "留守儿童 7 人", "雨雪天开三轮车接送。", ("大雨，接送 7 人。", "雪天接送，迟到 0 人。")),
    Promise("把自家机井免费给邻居浇地", STANDING, Category.WATER, None, "次", (10, 31), "相邻 12 户", "排好次序，只收电费。", ("浇地 40 亩。", "抗旱 9 天，浇地 86 亩。")),
    Promise("全年参加环境清扫 24 次", COUNTED, Category.ENVIRONMENT, 24, "次", (12, 31), "全体村民", "每月两次，带头扫难扫的地方。", ("清扫两次。", "清扫河堤一次。")),
    Promise("为果农讲剪枝课 6 场", COUNTED, Category.INCOME, 6, "场", (11, 10), "果农 40 户", "在地头讲，讲完一起剪。", ("讲课一场，来了 18 人。", "讲课一场，帮剪 12 棵。")),
    Promise("结对帮一户困难家庭增收 5000 元", ONE, Category.INCOME, None, "次", (12, 15), "结对户", "送鸡苗 100 只，帮卖鸡蛋。", ("送去鸡苗。", "卖鸡蛋收入 1,860 元。")),
)
