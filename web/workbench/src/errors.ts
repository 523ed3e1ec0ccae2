/** How is a refusal said to a person? */
import { ElMessage } from "element-plus/es/components/message/index";
import { ApiError } from "./api/client";
import { i18n } from "./locales";

const SAID = new Set(["unreachable", "stale", "not_serving", "off_duty", "rate_limited", "role_needed", "not_found"]);

export function inWords(error: unknown): string {
  const { t } = i18n.global;
  if (!(error instanceof ApiError)) return t("error.other", { message: String(error) });
  if (error.code === "served") return t("error.served", { user: error.servedBy ?? "" });
  if (SAID.has(error.code)) return t(`error.${error.code}`);
  return t("error.other", { message: error.message });
}

export function tell(error: unknown): void {
  ElMessage({ message: inWords(error), type: "error", grouping: true });
}
