import { defineConfig } from "vitest/config";

// One script that a shop's page loads with one tag: nothing beside it, nothing global.
export default defineConfig({
  build: {
    outDir: "dist",
    target: "es2020",
    lib: {
      entry: "widget/src/main.ts",
      formats: ["iife"],
      name: "XiaoerWidget",
      fileName: () => "widget.js",
    },
  },
  test: {
    environment: "happy-dom",
    include: ["widget/tests/**/*.test.ts", "workbench/tests/**/*.test.ts"],
  },
});
