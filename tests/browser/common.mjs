// What the scripts share: a browser with a folder of its own, checks, what must never happen on any page.
import fs from "fs";
import os from "os";
import path from "path";
import { chromium } from "playwright-core";

export const task = JSON.parse(process.argv[2]);
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export function check(name, good, detail) {
    console.log((good ? "ok   " : "FAIL ") + name + (good || detail === undefined ? "" : ": " + String(typeof detail === "string" ? detail : JSON.stringify(detail)).slice(0, 800)));
    return good;
}

// Runs body(page, seen) in a fresh browser; seen collects dialogs, requests elsewhere, errors.
export async function browse(options, body) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "earshot-browser-"));
    const seen = { dialogs: [], elsewhere: [], errors: [] };
    const context = await chromium.launchPersistentContext(folder, { executablePath: task.chromium, headless: true, args: FLAGS, timezoneId: "UTC", ...options });
    context.setDefaultTimeout(30000);
    context.on("request", (r) => r.url().startsWith(task.url) || seen.elsewhere.push(r.url()));
    const watch = (page) => {
        page.on("dialog", (d) => {
            seen.dialogs.push(d.message());
            d.dismiss();
        });
        page.on("pageerror", (e) => seen.errors.push(String(e)));
        // a form that is answered with 422 is no mistake of the page
        page.on("console", (m) => m.type() === "error" && !/status of 4(22|29|03)/.test(m.text()) && seen.errors.push(m.text()));
    };
    context.pages().forEach(watch);
    context.on("page", watch);
    try {
        await body(context.pages()[0] || (await context.newPage()), seen);
    } finally {
        await context.close();
        fs.rmSync(folder, { recursive: true, force: true });
    }
    return seen;
}

export async function login(page) {
    await page.goto(task.url + "/login");
    await page.fill("input[name=name]", "anna");
    await page.fill("input[name=password]", task.password);
    await page.click("form .button.primary");
    await page.waitForSelector(".tabs");
}
