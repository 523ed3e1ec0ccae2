"""What does an amount stand for? Told from the words before and after it."""

import re
from typing import Final

from bot.guarding.prices import PriceRole

_GOODS: Final = "件个双条套盒瓶包箱只支袋份张台片罐本副对提组"
_NOT: Final = (
    r"做不了|做不到|卖不了|给不了|拿不到|拿不了|我们?(?:就|都|真的|也|还)?(?:要)?亏|不行|不可以|不能|没法|没办法|不卖|办不到|太低"
    r"|到不了|下不来|申请不下来|申请不到|不支持|不接受|不够成本|要亏|亏本|亏的|承受不了"
)
_DECLINED_AFTER: Final = re.compile(
    rf"(?:的话|的|这个价|价|真的|确实|实在|我们|小二|这边|都|也|还|是|可能|就){{0,4}}(?:{_NOT})"
)
_DECLINED_BEFORE: Final = re.compile(
    r"(?:不能|没办法|没法|无法|不可以|不会|做不到|卖不到|给不到|到不了|不支持|不是)"
    r"(?:再|按|给|给您|卖|便宜|优惠|降|减|少|打|做|到|您|是|了|只){0,5}$"
)
_THRESHOLD_BEFORE: Final = re.compile(
    r"(?:满|凑够|凑到|凑满|累计|达到|超过)(?:了|金额|订单)?$"
)

_BEFORE: Final = (
    (PriceRole.POSTAGE, r"运费险[^，。！？；,;!?]{0,10}"),
    (
        PriceRole.UNKNOWN,  # of another item
        r"(?:另外?|旁边|其他|其它|别的|隔壁|上面|下面|对面)的?[一那这]?[款个件家][^，。！？；,;!?]{0,4}",
    ),
    (
        PriceRole.UNKNOWN,
        r"(?:赔|赔偿|赔付|补偿|返现|奖励|罚)(?:您|你|款|金|给您|给你|了|个|金额|：|:)?",
    ),
    (
        PriceRole.POSTAGE,
        r"(?:运费|邮费|邮资|快递费|配送费|首重|续重|运费险|寄回|寄件|到付|上门费|顺丰|中通|圆通|韵达|申通)[^，。！？；,;!?]{0,7}",
    ),
    (
        PriceRole.DEPOSIT,
        r"(?:定金|订金|押金|保证金|预付款?|尾款)[^，。！？；,;!?]{0,5}",
    ),
    (
        PriceRole.REFUND,
        r"(?:退(?!换)|返还|退款|退回|退还)(?:款|回|还|给|您|你|了|金额|差价|的|是|为|一共|共|到账|：|:|部分|多付|多收|多拍){0,4}",
    ),
    (
        PriceRole.DIFFERENCE,
        r"(?:差价|差额|补差|补拍|补款|补邮|相差|差(?!不多)|少付|补(?!贴|偿|货|发|单))(?:价|额|款|了|您|你|一个|个|是|为|一下|上|拍|给|的|：|:|链接){0,4}",
    ),
    (
        PriceRole.OTHER,
        r"(?:价值|市值|面额|面值|余额|积分|发票|开票|税号|订单金额|实付金额|充值|吊牌价|划线价|原价|税费|安装费|服务费|维修费|检测费|工本费|保价|保额|最高赔|账单|消费|手续费)[^，。！？；,;!?]{0,6}",
    ),
)
_TO_PRICE: Final = (
    r"(?:降|减|便宜|优惠|改|低|做|让|抹|调|杀|谈|砍)(?:到|至|成|为)(?:了|只要|只)?"
)
_DISCOUNT: Final = (
    r"(?:便宜|优惠|立减|直减|减免|减|降价?|抹掉?|少收|少(?!付)|立省|省|让利|让|抵扣?|抵现|折上|打|领|券|优惠券|红包|送)"
    r"(?:您|你|了|个|掉|去|给|一张|张|到|您的|的|一|下|整整|再|元){0,3}"
)
_PRICE: Final = (
    r"(?:[这那][款个件双条套]?|宝贝|商品|价格?|价钱|售价|卖|只要|只需|只用|到手|一口价|算|给您?|给你|实付|现在|拍下|付|付款|特价|活动|内购|底价|现价|券后|券后价|折后|单价"
    r"|一[件个双条套盒瓶包箱只支袋份张台片罐本副对提组]|每[件个双条套盒瓶包箱只支袋份张台片罐本副对提组]|才|就|就是|只|总共|一共|共|合计|最低|成交|收您?|收你|按|定价|仅|仅需|拿货|进价|改价|出|要)"
    r"(?:是|为|才|就|只|只要|要|到|按|您|你|了|给|给您|给你|：|:|都|也|在|差不多|大概|大约|约|不到|价|的话){0,4}[¥$]?"
)
_AFTER_DISCOUNT: Final = r"打(?:个|了|完|过)?折(?:后|下来)?(?:只要|就|是|价|卖)?"
_BEFORE_PATTERNS: Final = (
    *((role, re.compile(source + r"[¥$]?$")) for role, source in _BEFORE),
    (PriceRole.ITEM_PRICE, re.compile(_TO_PRICE + r"[¥$]?$")),
    (PriceRole.ITEM_PRICE, re.compile(_AFTER_DISCOUNT + r"[¥$]?$")),
    (PriceRole.DISCOUNT, re.compile(_DISCOUNT + r"[¥$]?$")),
)
_PRICE_BEFORE: Final = re.compile(_PRICE + "$")
_PLAIN_BEFORE: Final = re.compile(
    r"(?:^|[亲那就好的行嗯哦啊]|可以|[大中小特加]号|[xsml]{1,3}码?|[红黑白蓝绿灰粉黄紫]色?|均码)[¥$]?$"
)
_PLAIN_AFTER: Final = re.compile(
    r"(?:$|[吧哦啦了哈呢呀]|可以|行|怎么样|就|卖|成|好吗|好不好|的话)"
)
"""An amount with nothing around it is the price that is spoken of."""
_OF: Final = r"(?:的|左右|钱)?"
_POSTAGE_AFTER: Final = re.compile(
    _OF + r"(?:运费|邮费|邮资|快递费|配送费)(?![另自您到我])"
)
_AFTER_PATTERNS: Final = (
    (PriceRole.DEPOSIT, re.compile(_OF + r"(?:定金|订金|押金|保证金|预付款|尾款)")),
    (PriceRole.DIFFERENCE, re.compile(_OF + r"(?:差价|差额|补差|补拍)")),
    (
        PriceRole.REFUND,
        re.compile(
            _OF
            + r"(?:已经|已|会|马上|给您|这边|我们){0,3}(?:退款|退给|退还|退回|原路|退到)"
        ),
    ),
    (
        PriceRole.OTHER,
        re.compile(_OF + r"(?:赠品|礼品|的礼|发票|积分|安装费|检测费|手续费)"),
    ),
    (
        PriceRole.DISCOUNT,
        re.compile(
            _OF
            + r"(?:无门槛|店铺|新人|满减)?(?:优惠|券|代金券|红包|抵用|折扣|立减|off)"
        ),
    ),
    (
        PriceRole.ITEM_PRICE,
        re.compile(
            _OF
            + r"(?:(?:以内|以下|之内|上下|不到)(?:就|能|可以)?(?:给您|给你|卖|拿|成交|可以)|包邮|给您|给你|拿走|拿下|带走|成交|到手|就卖|卖您|卖你|就给|可以拍|外?加(?:上|个|您的?)?(?:运费|邮费|快递费)|就可以|就能|就行|一口价"
            rf"|[/一每][{_GOODS}]|的价格?|这个价|[，,]?不议价|起)"
        ),
    ),
)
_NUMBER: Final = r"(?P<pieces>\d{1,3}|[两二三四五六七八九十]{1,2})"
_PIECES_BEFORE: Final = re.compile(
    rf"(?:买|拍|下单|要|拿|订|每|凑)?{_NUMBER}[{_GOODS}](?:一起|装|一共|总共|共|只要|到手|打包|加起来|的话|才|就|价|算您|给您|您|：|:|卖|收|付|算|按|优惠价?|一起拍|起){{0,4}}[¥$]?$"
)
_PIECES_AFTER: Final = re.compile(rf"(?:钱|拿|买|给您|/|到手|可以)?{_NUMBER}[{_GOODS}]")
_ORDINAL: Final = re.compile(
    rf"第{_NUMBER}[{_GOODS}](?:只要|就|才|给您|给|是|到手|起|享|只|打){{0,3}}[¥$]?$"
)


def is_declined(before: str, after: str) -> bool:
    """Return whether the text around an amount says that it is not to be had."""
    return (
        _DECLINED_AFTER.match(after) is not None
        or _DECLINED_BEFORE.search(before) is not None
    )


_NO_GIFT_BEFORE: Final = re.compile(
    r"(?:没有?|不做|不搞|不参加|不支持|不是|没法|没办法)[^，。！？；,;!?]{0,4}$"
)
_NO_GIFT_AFTER: Final = re.compile(
    r"(?:的?(?:活动|优惠)?(?:已经|现在|暂时|目前|都|早就){0,2}(?:没有|结束|过期|取消|停|不做))"
)
_POSTAGE_BEFORE: Final = re.compile(
    r"(?:运费|邮费|邮资|快递费|配送费)[^，。！？；,;!?]{0,4}$"
)


def is_no_gift(before: str, after: str) -> bool:
    """Return whether the text says that such an offer is not made: 不做买一送一."""
    return (
        _NO_GIFT_BEFORE.search(before) is not None
        or _NO_GIFT_AFTER.match(after) is not None
    )


def is_postage(before: str) -> bool:
    """Return whether a share is one of the postage: 运费减半."""
    return _POSTAGE_BEFORE.search(before) is not None


def is_threshold(before: str) -> bool:
    """Return whether a promotion begins at the amount."""
    return _THRESHOLD_BEFORE.search(before) is not None


def role_of(before: str, after: str) -> PriceRole:
    """Return the role of an amount between these words of its clause."""
    if _POSTAGE_AFTER.match(after) is not None:
        return PriceRole.POSTAGE
    for role, pattern in _BEFORE_PATTERNS:
        if pattern.search(before) is not None:
            return role
    for role, pattern in _AFTER_PATTERNS:
        if pattern.match(after) is not None:
            return role
    is_plain = _PLAIN_BEFORE.search(before) and _PLAIN_AFTER.match(after)
    if is_plain or _PRICE_BEFORE.search(before) is not None:
        return PriceRole.ITEM_PRICE
    return PriceRole.UNKNOWN


def pieces_of(before: str, after: str) -> str | None:
    """Return for how many pieces the amount is, as it is written."""
    found = _PIECES_BEFORE.search(before) or _PIECES_AFTER.match(after)
    return None if found is None else found["pieces"]


def ordinal_of(before: str) -> str | None:
    """Return for the how-manieth piece the amount is, as it is written."""
    found = _ORDINAL.search(before)
    return None if found is None else found["pieces"]
