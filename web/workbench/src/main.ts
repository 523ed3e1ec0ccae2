/** The workbench: puts its parts together and begins. */
import "element-plus/theme-chalk/base.css";
import "element-plus/theme-chalk/dark/css-vars.css";
import "element-plus/theme-chalk/el-message.css";
import "./styles/base.css";
import { createPinia } from "pinia";
import { createApp } from "vue";
import App from "./App.vue";
import { i18n } from "./locales";
import { makeRouter } from "./router";
import { beginTheme } from "./shell/theme";

beginTheme();
document.documentElement.lang = i18n.global.locale.value;
const app = createApp(App).use(createPinia()).use(i18n);
app.use(makeRouter()).mount("#app");
