from scripts_library.shop.entries import Content, Key, Kind
from scripts_library.shop.wording import Mark, describe, stretches

HELLO = Key(Kind.SCRIPT, "hello.one")
LINES = Key(Kind.EXAMPLES, "hello")
NAMES = {"hello": "问候"}


class TestDescribe:
    def test_values_are_called_as_managers_call_them(self) -> None:
        entry = {"intent": "hello", "variants": ["您好"]}
        after = {
            **entry,
            "audience": "team",
            "use": "holding",
            "when": {"order_state": ["shipped", "signed"], "mood": ["angry"]},
            "asks": [{"kinds": ["size"], "yes_no": True}],
        }

        (script,) = describe({HELLO: entry}, {HELLO: after}, intents=NAMES)

        assert script.lines()[1:] == (
            "  谁能用：（无） → 团队",
            "  用途：（无） → 请稍等",
            "  条件：（无） → 订单状态 已发货、已签收，买家情绪 生气",
            "  向买家问的：（无） → 买家答什么 尺码，是非问 是",
        )

    def test_says_what_was_changed_with_the_words_marked(self) -> None:
        before: Content = {
            HELLO: {"intent": "hello", "variants": ["亲，两天内发出", "您好"]},
            LINES: {"lines": ["在吗"]},
        }
        after: Content = {
            HELLO: {
                "intent": "hello",
                "variants": ["亲，三天内发出", "欢迎光临小店"],
                "priority": 5,
                "valid": {"until": "2026-11-11"},
            },
            LINES: {"lines": ["在吗", "有人不"]},
        }

        examples, script = describe(before, after, intents=NAMES)

        assert examples.lines() == ("修改例句“hello”（问候）", "  加例句：有人不")
        assert script.lines() == (
            "修改话术“hello.one”（问候）",
            "  改说法：亲，[-两-]{+三+}天内发出",
            "  删说法：您好",
            "  加说法：欢迎光临小店",
            "  优先级：（无） → 5",
            "  有效期：（无） → 最后一天 2026-11-11",
        )

    def test_says_what_is_new_and_what_is_gone(self) -> None:
        entry = {"intent": "hello", "variants": ["您好"]}
        other = Key(Kind.SNIPPET, "sorry")

        gone, new = describe({HELLO: entry}, {other: {"text": "抱歉"}}, intents=NAMES)

        assert (gone.what, gone.title) == ("removed", "删除话术“hello.one”（问候）")
        assert (new.what, new.lines()) == (
            "added",
            ("新增公共片段“sorry”", "  加文字：抱歉"),
        )

    def test_says_nothing_of_what_is_alike(self) -> None:
        content = {HELLO: {"intent": "hello", "variants": ["您好"]}}

        assert describe(content, content, intents=NAMES) == ()

    def test_another_order_is_a_difference(self) -> None:
        (change,) = describe(
            {LINES: {"lines": ["一", "二"]}},
            {LINES: {"lines": ["二", "一"]}},
            intents=NAMES,
        )

        assert change.lines()[1:] == ("  例句换了顺序",)


class TestStretches:
    def test_together_they_are_both_texts(self) -> None:
        found = stretches("48小时内发出哦", "亲，24小时内发出")

        old = "".join(it.text for it in found if it.mark is not Mark.ADDED)
        new = "".join(it.text for it in found if it.mark is not Mark.REMOVED)
        assert (old, new) == ("48小时内发出哦", "亲，24小时内发出")
