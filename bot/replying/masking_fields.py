"""How does one field of personal data look to who may not see it whole?"""

import re
from datetime import date
from typing import Final

SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
COMPOUND_SURNAMES: Final = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "夏侯",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "司徒",
    "令狐",
    "东方",
    "西门",
    "南宫",
    "端木",
    "独孤",
)

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643: weights of the first seventeen digits."""
_ID_CHECKS = "10X98765432"

_MOBILE = re.compile(r"(?:\+?86[ -]?)?(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})")
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))[ -]?\d{5,6}(\d{2})")
_EMAIL = re.compile(r"(.)[^@]*@([^@]+)", re.DOTALL)
_DISTRICT = re.compile(
    r"\s*(?:[一-鿿]{2,8}?(?:省|自治区|特别行政区))?\s*"
    r"(?:[一-鿿]{1,8}?(?:市|自治州|地区|州|盟))?\s*"
    r"(?:[一-鿿]{1,8}?(?<![小社园])(?:区|县|市|旗))?"
)
_CHINESE = re.compile(r"[一-鿿·]+")
_MASKED = re.compile(r"[^*]{0,2}\*(?:\*\*|[^*])?")
_LAST = 4
_SHORT_NAME = 2


def mask_phone(phone: str) -> str:
    """Return ``138****5678``; of a landline the area and the last two digits."""
    for pattern, hidden in ((_MOBILE, "****"), (_LANDLINE, "******")):
        found = pattern.fullmatch(phone.strip())
        if found is not None:
            return f"{found[1]}{hidden}{found[2]}"
    return _keep_last(phone, 2)


def mask_name(name: str) -> str:
    """Return ``王*``, ``欧阳*`` or ``王*明``; of any other name its first character."""
    name = name.strip()
    if _MASKED.fullmatch(name) is not None:
        return name
    if len(name) < _SHORT_NAME:
        return "*" if name else ""
    if _CHINESE.fullmatch(name) is None:
        return "***" if name[0] == "*" else f"{name[0]}***"
    shown = 2 if name.startswith(COMPOUND_SURNAMES) and len(name) > _SHORT_NAME else 1
    last = name[-1] if len(name) > shown + 1 else ""
    return f"{name[:shown]}*{last}"


def mask_address(address: str) -> str:
    """Return province, city and district; the rest is ``***``."""
    found = _DISTRICT.match(address)
    region = "" if found is None else found[0].strip()
    return f"{region}***" if address.strip() else ""


def mask_email(email: str) -> str:
    """Return the first character and the domain."""
    found = _EMAIL.fullmatch(email.strip())
    return "***" if found is None else f"{found[1]}***@{found[2]}"


def mask_identity_number(number: str) -> str:
    """Return the first three and the last two characters."""
    if len(number) <= _LAST + 1:
        return "*" * len(number)
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def mask_bank_card(number: str) -> str:
    """Return the last four digits."""
    return _keep_last(number, _LAST)


def mask_order_number(number: str) -> str:
    """Return the last four characters: for whoever is not known to own the order."""
    return _keep_last(number, _LAST)


def mask_tracking_number(number: str) -> str:
    """Return the last four characters: for whoever is not known to own the parcel."""
    return _keep_last(number, _LAST)


def mask_contact_id(contact: str) -> str:
    """Return the first character of a WeChat or QQ id."""
    contact = contact.strip()
    return f"{contact[0]}***" if contact else ""


def is_identity_number(digits: str) -> bool:
    """Return whether these are 18 characters of an identity card with its checksum."""
    if re.fullmatch(r"[0-9]{17}[0-9Xx]", digits) is None:
        return False
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=False)
    )
    return _ID_CHECKS[total % 11] == digits[-1].upper()


def is_birth_date(digits: str) -> bool:
    """Return whether eight digits are a day on which somebody alive may be born."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return date(1900, 1, 1) <= born < date(2100, 1, 1)


def is_bank_card(digits: str) -> bool:
    """Return whether these are 16 to 19 digits that pass the Luhn check."""
    if re.fullmatch(r"[0-9]{16,19}", digits) is None:
        return False
    doubled = [
        sum(divmod(int(digit) * (1 + position % 2), 10))
        for position, digit in enumerate(reversed(digits))
    ]
    return sum(doubled) % 10 == 0


def _keep_last(text: str, count: int) -> str:
    """Return the last characters behind stars, and never more than half of them."""
    text = text.strip()
    shown = min(count, len(text) // 2)
    return "*" * (len(text) - shown) + (text[-shown:] if shown else "")
