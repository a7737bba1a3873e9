// A working session from login to resolve: by mouse and by keys alone, in two languages, on a phone and on a desk; without JavaScript; accessibility; nothing in the console.
import fs from "fs";
import path from "path";
import { createRequire } from "module";
import { browse, check, login, task } from "./common.mjs";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = [[1440, 900], [390, 844]];
const WORDS = {
    en: { open: "Open", resolved: "Noted: resolved.", seen: "Noted: seen." },
    ru: { open: "Открытые", resolved: "Отмечено: решено.", seen: "Отмечено: просмотрено." },
};

const count = async (page, view) => Number((await page.textContent(`[data-count=${view}]`)).replace(/\D/g, ""));
const quiet = (name, seen) => {
    check(`${name}: nothing in the console`, seen.errors.length === 0, seen.errors);
    check(`${name}: no request elsewhere, no dialog`, seen.elsewhere.length + seen.dialogs.length === 0, [seen.elsewhere, seen.dialogs]);
};

async function fits(page, name) {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(`${name}: nothing sticks out to the side`, wide <= 0, wide);
}

async function reopen(page) {
    await page.click('button[value="new"]');
    await page.waitForSelector(".notice");
}

async function byMouse(page, name, words, lang) {
    await page.goto(task.url + "/");
    await page.click(`.languages button[value=${lang}]`);
    await page.waitForSelector(`html[lang=${lang}]`);
    await page.fill("input[name=name]", "anna");
    await page.fill("input[name=password]", "wrong password");
    await page.click("form .button.primary");
    check(`${name}: a wrong password is said`, await page.isVisible("[role=alert]"));
    await page.fill("input[name=password]", task.password);
    await page.click("form .button.primary");
    await page.waitForSelector(".tabs");
    check(`${name}: line 1 is the health of the sources`, (await page.locator("body > *:not(.skip)").first().textContent()).includes("severny-most/trustpilot"));
    check(`${name}: the blocked source stands out`, await page.isVisible(".healthline.bad"));
    check(`${name}: the language`, (await page.textContent("h1")) === words.open, await page.textContent("h1"));
    await fits(page, name + ": inbox");
    const before = await count(page, "open");
    if (!(await page.isVisible("select[name=brand]"))) await page.click(".filters summary");
    await page.selectOption("select[name=brand]", "larkfield");
    await page.waitForURL(/brand=larkfield/);
    check(`${name}: a filter sends itself, and leaves only its brand`, (await page.locator(".item b").allTextContents()).every((b) => b === "Larkfield Home"));
    await page.click(".item:first-child a.gist");
    await page.waitForSelector(".itempage");
    await fits(page, name + ": item");
    check(`${name}: words of the score are marked`, (await page.locator("mark.w").count()) > 0);
    check(`${name}: the way to the site`, (await page.getAttribute('a[data-key="o"]', "href")).startsWith("https://"));
    await page.click('button[value="seen"]');
    await page.waitForSelector(".notice");
    check(`${name}: seen`, (await page.textContent(".notice")) === words.seen, await page.textContent(".notice"));
    await page.selectOption("#resolve", "delivery");
    await page.fill("form.do input[name=note]", "refunded, see 4711");
    await page.click("form.do .primary");
    await page.waitForURL(/done=resolved/);
    check(`${name}: resolved`, (await page.textContent(".notice")) === words.resolved, await page.textContent(".notice"));
    check(`${name}: the journal says who`, (await page.textContent(".journal")).includes("anna"));
    const item = page.url();
    await page.click('a[data-key="u"]');
    await page.waitForSelector(".tabs");
    await page.goto(task.url + "/");
    check(`${name}: one less is open`, (await count(page, "open")) === before - 1);
    await page.goto(item);
    await reopen(page);
    await page.click(".me button");
    await page.waitForURL(/\/login/);
}

async function byKeys(page, name, words) {
    const key = (k) => page.keyboard.press(k);
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.name || document.activeElement.className);
    await page.goto(task.url + "/");
    check(`${name}: the name waits for letters`, (await focused()) === "name", await focused());
    await page.keyboard.type("anna");
    await key("Tab");
    await page.keyboard.type(task.password);
    await key("Enter");
    await page.waitForSelector(".tabs");
    const before = await count(page, "open");
    await key("?");
    await page.waitForSelector("dialog[open]");
    check(`${name}: ? helps`, (await page.locator("dialog kbd").count()) === 7);
    await key("Escape");
    await page.waitForSelector("dialog", { state: "hidden" });
    for (const k of ["j", "j", "k"]) await key(k);
    check(`${name}: j j k: the first is chosen`, await page.evaluate(() => document.querySelector(".item").classList.contains("chosen")));
    // the same key where the keyboard writes Cyrillic
    await page.evaluate(() => document.dispatchEvent(new KeyboardEvent("keydown", { key: "о", bubbles: true })));
    check(`${name}: о is j`, await page.evaluate(() => document.querySelectorAll(".item")[1].classList.contains("chosen")));
    await key("k");
    await key("o");
    await page.waitForSelector(".itempage");
    const first = page.url();
    await Promise.all([page.waitForURL((u) => String(u) !== first), key("j")]);
    await Promise.all([page.waitForURL(first), key("k")]);
    check(`${name}: j and k lead through the items`, page.url() === first);
    await key("e");
    check(`${name}: e: the form that ends it`, (await focused()) === "resolve", await focused());
    await key("ArrowDown");
    await key("Tab");
    await page.keyboard.type("refunded");
    await key("Enter");
    await page.waitForURL(/done=resolved/);
    check(`${name}: resolved`, (await page.textContent(".notice")) === words.resolved, await page.textContent(".notice"));
    const item = page.url();
    await key("u");
    await page.waitForSelector(".tabs");
    check(`${name}: one less is open`, (await count(page, "open")) === before - 1);
    await key("j");
    await key("e");
    await page.waitForSelector("#resolve");
    await page.waitForFunction(() => document.activeElement.id === "resolve");
    check(`${name}: e from the list leads to the form`, true);
    await key("Escape");
    await key("/");
    check(`${name}: / searches`, (await focused()) === "search", await focused());
    await page.keyboard.type("refund");
    await key("Enter");
    await page.waitForURL(/q=refund/);
    check(`${name}: something is found`, (await page.locator(".item").count()) > 0);
    await page.goto(item);
    await reopen(page);
}

async function accessible(page, name) {
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
    const bad = found.violations.filter((v) => v.impact === "serious" || v.impact === "critical");
    check(`${name}: accessible`, bad.length === 0, bad.map((v) => [v.id, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160))]));
}

async function everyPage(page, name) {
    await page.goto(task.url + "/login");
    await accessible(page, name + ": login");
    await page.screenshot({ path: path.join(task.shots, name + "-login.png") });
    await login(page);
    await accessible(page, name + ": inbox");
    await page.screenshot({ path: path.join(task.shots, name + "-inbox.png") });
    await page.keyboard.press("?");
    await page.waitForSelector("dialog[open]");
    await accessible(page, name + ": help");
    await page.goto(task.url + "/?view=all&q=refund");
    await accessible(page, name + ": search");
    await page.click(".item:first-child a.gist");
    await page.waitForSelector(".itempage");
    for (const d of await page.locator("details.fold").all()) await d.evaluate((x) => x.setAttribute("open", "open"));
    await accessible(page, name + ": item");
    await page.screenshot({ path: path.join(task.shots, name + "-item.png"), fullPage: true });
    for (const [what, at] of [["figures", "/figures?days=30"], ["people", "/people"], ["nothing", "/?view=dismissed"], ["lost", "/item/99999"]]) {
        await page.goto(task.url + at);
        await accessible(page, `${name}: ${what}`);
        await fits(page, `${name}: ${what}`);
        await page.screenshot({ path: path.join(task.shots, `${name}-${what}.png`), fullPage: true });
    }
}

async function withoutScript() {
    const name = "without JavaScript";
    const seen = await browse({ javaScriptEnabled: false, viewport: { width: 1440, height: 900 }, locale: "en" }, async (page) => {
        await page.goto(task.link);
        await page.click("form .primary");
        await page.waitForSelector(".tabs");
        check(`${name}: the one-time link signs in`, (await page.locator(".item").count()) > 0);
        await page.selectOption("select[name=brand]", "larkfield");
        await page.click("#filters .button");
        check(`${name}: filters have a button`, /brand=larkfield/.test(page.url()));
        await page.click(".item:first-child a.gist");
        await page.selectOption("#resolve", "delivery");
        await page.click("form.do .primary");
        await page.waitForURL(/done=resolved/);
        check(`${name}: resolved`, (await page.textContent(".notice")) === WORDS.en.resolved);
        await reopen(page);
    });
    quiet(name, seen);
}

await withoutScript();
for (const lang of ["en", "ru"])
    for (const [width, height] of SIZES)
        for (const [how, walk] of [["mouse", byMouse], ["keys", byKeys]]) {
            const name = `${lang} ${width} px, ${how}`;
            quiet(name, await browse({ viewport: { width, height }, locale: how === "keys" ? lang : "en" }, (page) => walk(page, name, WORDS[lang], lang)));
        }
for (const colorScheme of ["light", "dark"])
    for (const [width, height] of SIZES) {
        const name = `${colorScheme}-${width}`;
        const seen = await browse({ viewport: { width, height }, colorScheme, locale: colorScheme === "dark" ? "ru" : "en" }, (page) => everyPage(page, name));
        seen.errors = seen.errors.filter((e) => !/404/.test(e)); // the page that there is not
        quiet(name, seen);
    }
console.log("end of session.mjs");
