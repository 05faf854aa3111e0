// Written by `brickwall miniprogram labels` from the package's constants. Never edit by hand:
// change the constant and run `brickwall miniprogram labels > miniprogram/utils/labels.js`.

/** @type {Record<string, Record<string, string>>} by enum, then by value */
const LABELS = {
  "Category": {
    "water": "水利灌溉",
    "road": "道路照明",
    "environment": "环境卫生",
    "safety": "平安巡防",
    "care": "敬老助困",
    "income": "增收致富",
    "education": "教育宣讲",
    "culture": "文化文体",
    "service": "办事服务",
    "other": "其他"
  },
  "CheckReason": {
    "risky": "微信说不合适",
    "review": "微信拿不准",
    "words": "有词表里的字样",
    "no_openid": "从网页写来，微信没看过",
    "timeout": "微信半小时没有答复",
    "unreachable": "微信联系不上"
  },
  "CheckState": {
    "waiting": "微信正在看",
    "passed": "微信看过",
    "held": "等人看",
    "released": "已放行",
    "refused": "没有通过"
  },
  "CommitmentKind": {
    "one_off": "一件事",
    "counted": "按次数",
    "standing": "全年坚持"
  },
  "CommitmentState": {
    "draft": "草稿",
    "submitted": "等待审核",
    "returned": "已退回",
    "approved": "已审过",
    "published": "正在办",
    "done_claimed": "自报办成，等待核实",
    "sent_back": "核实后退回",
    "closed_out": "办成了",
    "rectifying": "正在整改",
    "carried_over": "转入再承诺",
    "withdrawn": "已撤回"
  },
  "ContentKind": {
    "comment": "评议留言",
    "feedback": "投诉建议",
    "entry": "践诺记录",
    "photo": "照片"
  },
  "EntrySource": {
    "phone": "手机",
    "meeting": "会议",
    "visit": "走访"
  },
  "EventKind": {
    "proposed": "起草",
    "edited": "改稿",
    "submitted": "提交",
    "returned": "退回",
    "approved": "审过",
    "published": "公示",
    "entry_recorded": "践诺记录",
    "entry_superseded": "更正记录",
    "done_claimed": "自报办成",
    "sent_back": "核实退回",
    "closed_out": "核实销号",
    "withdrawn": "撤回",
    "revision_proposed": "申请修改",
    "revised": "修改",
    "revision_refused": "修改没有采用"
  },
  "FeedbackState": {
    "waiting": "等待答复",
    "answered": "已答复",
    "closed": "已办结"
  },
  "Level": {
    "a": "名册票",
    "b": "实名手机",
    "c": "网上参考"
  },
  "MessageKind": {
    "result": "评议结果",
    "due": "到期提醒",
    "answer": "投诉建议的答复",
    "returned": "承诺被退回",
    "approved": "承诺审过了",
    "published": "承诺公示了",
    "sent_back": "核实后退回",
    "closed_out": "核实销号",
    "entry_refused": "记录没有公开"
  },
  "PlaqueEventKind": {
    "issued": "编号",
    "printed": "打印",
    "bound": "配发",
    "repointed": "改指向",
    "installed": "安装",
    "damaged": "损坏",
    "retired": "停用"
  },
  "PlaqueState": {
    "blank": "空白",
    "issued": "已编号",
    "printed": "已打印",
    "installed": "已安装",
    "damaged": "已损坏",
    "retired": "已停用"
  },
  "RatingValue": {
    "satisfied": "满意",
    "fair": "一般",
    "dissatisfied": "不满意"
  },
  "Role": {
    "secretary": "支部书记",
    "clerk": "支部工作人员",
    "superior": "上级党组织",
    "inspector": "督查员",
    "witness": "见证人",
    "operator": "系统管理员",
    "member": "党员"
  },
  "RoundState": {
    "open": "正在评",
    "closed": "已结束"
  },
  "Step": {
    "study": "研诺",
    "settle": "定诺",
    "publish": "示诺",
    "fulfil": "践诺",
    "supervise": "督诺",
    "apply": "用诺"
  }
};

/** @type {string[]} how a thing stands, also its CSS class */
const TONES = [
  "go",
  "late",
  "done",
  "wait",
  "end"
];

/** @type {string[]} kinds of messages that WeChat can bring */
const PHONE_KINDS = [
  "result",
  "due",
  "answer"
];

/** Characters of a text, number of photos, and the like. */
const LIMITS = {
  "amount": 100000,
  "brickCode": 8,
  "comment": 300,
  "entry": 500,
  "feedback": 1000,
  "line": 100,
  "paragraph": 1000,
  "photos": 9,
  "reason": 300,
  "receipt": 12,
  "slip": 12,
  "title": 60,
  "unit": 8
};

module.exports = { LABELS, TONES, PHONE_KINDS, LIMITS };
