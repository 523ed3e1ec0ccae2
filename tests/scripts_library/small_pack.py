"""Factory: a small pack that is valid, in a folder that a test may then break."""

from dataclasses import dataclass
from pathlib import Path

FILES = {
    "pack.yaml": """\
id: small
name: 小店
version: "1"
bands: {auto: 0.8, auto_margin: 0.1, assist: 0.4}
hand_over_ticket: callback
bad_review: {stars: 3, ticket: callback, follow_up: call_back}
requirements: {examples: 2, variants: 1}
policies:
  shop.ship_within: 付款后48小时内
""",
    "texts.yaml": """\
welcome: [您好，我是智能客服]
fallback: [没听懂呢]
fallback_buttons: [转人工]
hand_over: [同事来了]
after_hours: ["{time.next_open}有人"]
please_wait: [稍等]
busy: [忙]
release: [小二回来了]
opt_out_done: [不再打扰]
solved_thanks: [太好了]
not_solved: [接着办]
marketing_suffix: 回复退订不再接收
""",
    "lexicon.yaml": """\
words: [运费险]
synonyms:
  - [快递, 物流]
address_words: [亲]
particles: [你好]
opt_out_words: [退订]
places: [杭州]
""",
    "couriers.yaml": """\
- {name: 顺丰, pattern: 'SF\\d{12,15}'}
""",
    "questions.yaml": """\
call_back:
  zh: 解决了吗
  answers:
    solved: [解决了]
    not_solved: [没解决]
""",
    "ticket_types.yaml": """\
workflow:
  start: new
  reopened: new
  states:
    new: {zh: 新建, phase: open, to: [waiting, solved]}
    waiting: {zh: 待回复, phase: waiting, to: [new]}
    solved: {zh: 已解决, phase: solved, to: [new, closed]}
    closed: {zh: 已关闭, phase: closed, to: []}
types:
  callback:
    zh: 回电
    prefix: HF
    priority: high
    first_answer: 1 day
    plan: 90 minutes
    call_back: call_back
    required: [cause]
""",
    "follow_ups.yaml": """\
call_back:
  zh: 回访
  kind: service
  delay: 2 hours
  window: contact
  is_once_per_order: false
  starts_when: order_completed
  ends_when: [ticket_closed]
  question: call_back
  answer_within: 3 days
  at: "20:00"
  texts: ["单号{ticket.number}，解决了吗"]
restock:
  zh: 到货
  kind: requested
  delay: 30 minutes
  window: any
  waits_for: item_in_stock
  texts: [到货啦]
""",
    "guard.yaml": """\
fixed_terms: [七天无理由]
patterns:
  - rule: review_reward
    category: review_inducement
    verdict: block
    patterns: ["好评返现"]
    unless: ["没有好评返现"]
    suggestion: 不谈好处
    channels: [marketplace]
    senders: [assistant]
""",
    "intents/all.yaml": """\
greeting:
  zh: 问候
  risk: auto
  effects: [greet]
rush:
  zh: 催发货
  risk: assist
  urgency: 6
  facts_needed: [order.no]
  ticket: callback
  follow_up: restock
other:
  zh: 无关
  risk: auto
  effects: [off_topic]
""",
    "examples/all.yaml": """\
greeting:
  - 哈喽
  - 老板好
rush:
  - 快点发货
  - 怎么还没发
other:
  - 今天天气好吗
  - "1"
""",
    "scripts/all.yaml": """\
- id: greeting.one
  intent: greeting
  variants: [您好]
- id: rush.reply
  intent: rush
  use: reply
  priority: 2
  buttons: [转人工]
  variants: ["订单{order.no}在催了"]
- id: rush.holding
  intent: rush
  use: holding
  variants: [正在核实]
- id: rush.shipped
  intent: rush
  when:
    connector: [http]
    order_state: [shipped]
    hours: ["09:00-18:30"]
  variants: ["已发出，单号{order.tracking_no}"]
- id: other.one
  intent: other
  variants: [您再说说]
""",
    "heldout.tsv": "intent\ttext\ngreeting\t嗨老板\n\nrush\t催一下\n",
}


@dataclass(frozen=True, slots=True)
class SmallPack:
    """The folder of a small pack, with the ways to break it."""

    folder: Path

    def write(self, file: str, content: str) -> None:
        """Replace a whole file."""
        path = self.folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode("utf-8", "surrogatepass"))

    def change(self, file: str, old: str, new: str) -> None:
        """Replace the one place where ``old`` stands in a file."""
        content = (self.folder / file).read_text(encoding="utf-8")
        assert content.count(old) == 1, f"{old!r} stands {content.count(old)} times"
        self.write(file, content.replace(old, new))

    def add(self, file: str, content: str) -> None:
        """Append to a file."""
        self.write(file, (self.folder / file).read_text(encoding="utf-8") + content)


def make_small_pack(folder: Path) -> SmallPack:
    """Return a valid pack in ``folder``."""
    pack = SmallPack(folder)
    for file, content in FILES.items():
        pack.write(file, content)
    return pack
