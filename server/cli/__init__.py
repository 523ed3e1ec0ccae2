"""The commands of ``xiaoer``: one explicit table, one module a command."""

import argparse
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True, slots=True)
class Command:
    """One word after ``xiaoer``; its module is imported when it is parsed for."""

    name: str
    summary: str
    module: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Let the command's module describe its arguments and set ``run``."""
        import_module(self.module).add_arguments(parser)


COMMANDS = (
    Command("serve", "运行服务", "server.cli.serve"),
    Command("chat", "在终端里当一回买家", "server.cli.chat"),
    Command("match", "理解标准输入里的每一行", "server.cli.match"),
    Command("guard", "检查标准输入里每一行要发出的话", "server.cli.guard"),
    Command("eval", "在标注好的数据上测量匹配效果", "server.cli.evaluate"),
    Command("scripts", "检查话术库", "server.cli.scripts"),
    Command("tickets", "查看和处理工单", "server.cli.tickets"),
    Command("follow-ups", "查看和取消跟进", "server.cli.follow_ups"),
    Command("promises", "查看承诺，标记兑现或作废", "server.cli.promises"),
    Command("reviews", "查看评价，标记疑似职业差评师", "server.cli.reviews"),
    Command("deliveries", "查看发不出去的消息，重新发送", "server.cli.deliveries"),
    Command(
        "conversations", "接管、释放会话，以客服身份回复", "server.cli.conversations"
    ),
    Command(
        "incident",
        "登记、结束、列出异常（停发、停运、缺货、标错价）",
        "server.cli.incident",
    ),
    Command("export-buyer", "导出一位买家的全部资料", "server.cli.export_buyer"),
    Command("forget-buyer", "删除一位买家的全部资料", "server.cli.forget_buyer"),
    Command("db", "升级数据库", "server.cli.db"),
    Command("shop", "添加、修改、列出店铺", "server.cli.shop"),
    Command("facts", "导出、导入店铺资料的 Excel 工作簿", "server.cli.facts"),
    Command("user", "添加、列出人员，改密码，上下岗", "server.cli.user"),
)
