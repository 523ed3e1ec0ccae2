"""What are the values of scripts and intents called in a manager's workbook?"""

from collections.abc import Mapping
from typing import Final

USES: Final[Mapping[str, str]] = {
    "reply": "回答",
    "holding": "请稍等",
    "receipt": "转人工安抚",
    "answered": "补充后回答",
    "offer": "报价",
}
AUDIENCES: Final[Mapping[str, str]] = {
    "pack": "行业包",
    "shop": "本店",
    "team": "团队",
    "private": "私人",
}
ATTACHMENTS: Final[Mapping[str, str]] = {"photos": "商品照片"}
OUTCOMES: Final[Mapping[str, str]] = {
    "accept": "答应",
    "agreed": "已谈好",
    "at_list": "已是标价",
    "standing": "已在优惠里",
    "offer": "给优惠",
    "refuse": "不让",
    "reserve": "钱不够",
    "authority": "要请示",
}
RUNGS: Final[Mapping[str, str]] = {
    "gift": "赠品",
    "coupon": "优惠券",
    "free_postage": "包邮",
    "money_off": "立减",
    "quantity": "多件优惠",
}
TACTICS: Final[Mapping[str, str]] = {
    "plain": "直接还价",
    "promise": "许诺",
    "comparison": "比价",
    "ultimatum": "最后通牒",
    "budget": "预算不够",
}
ORDER_STATES: Final[Mapping[str, str]] = {
    "unpaid": "未付款",
    "paid": "已付款",
    "shipped": "已发货",
    "signed": "已签收",
    "completed": "已完成",
    "cancelled": "已取消",
    "refunding": "退款中",
    "refunded": "已退款",
}
INCIDENTS: Final[Mapping[str, str]] = {
    "warehouse_stop": "仓库停发",
    "courier_stop": "快递停运",
    "shortage": "缺货",
    "wrong_price": "标错价",
}
MOODS: Final[Mapping[str, str]] = {
    "neutral": "平静",
    "polite": "客气",
    "urgent": "着急",
    "angry": "生气",
}
ASKED: Final[Mapping[str, str]] = {"first": "头一回问", "again": "又问"}
DUTY: Final[Mapping[str, str]] = {"staffed": "有人值班", "away": "没人值班"}
ENTITIES: Final[Mapping[str, str]] = {
    "order_no": "订单号",
    "tracking_no": "快递单号",
    "phone": "手机号",
    "amount_fen": "金额",
    "discount": "折扣",
    "date": "日期",
    "duration_days": "天数",
    "height_cm": "身高",
    "weight_jin": "体重",
    "size": "尺码",
    "quantity": "数量",
    "place": "地方",
}
RISKS: Final[Mapping[str, str]] = {
    "auto": "小二答",
    "assist": "小二先答，人核实",
    "human": "人答",
}
EFFECTS: Final[Mapping[str, str]] = {
    "greet": "打招呼",
    "acknowledge": "应一声",
    "close": "结束",
    "hand_over": "转人工",
    "stop_contact": "不再联系",
    "bargain": "议价",
    "off_topic": "无关",
    "review_refused": "不愿改评",
    "review_agreed": "愿意沟通评价",
    "at_once": "最先答并叫人",
}
