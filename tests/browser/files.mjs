// brief.html and report.html as files: markup in every field of 2,000 mentions stays text; nothing is fetched; on a phone and on a desk, light and dark, they are accessible and not too wide.
import fs from "fs";
import path from "path";
import { createRequire } from "module";
import { browse, check, task } from "./common.mjs";

const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const file = (name) => `${task.url}/${name}`;

// Elements with the names of their attributes; an address that is one makes a link of the site's name, which is right.
const shapes = () => [...document.querySelectorAll("ol.open > li")].map((e) => {
    const walk = (x) => `${x.tagName}[${[...x.attributes].map((a) => a.name).sort()}](${[...x.children].map(walk).join("")})`;
    return walk(e).replace(/A\[href,rel\]/g, "SPAN[]");
});

const hostile = await browse({ viewport: { width: 1440, height: 900 } }, async (page, seen) => {
    await page.goto(file("hostile-brief.html"));
    const found = await page.evaluate(shapes);
    check(`brief.html: ${found.length} items of one shape`, found.length === task.n + 1 && new Set(found).size === 1, [found.length, [...new Set(found)].slice(0, 3)]);
    const links = await page.evaluate(() => [...document.querySelectorAll("a")].map((a) => a.protocol));
    check("brief.html: links lead to the web only", links.every((p) => p === "https:" || p === "http:"), [...new Set(links)]);
    await page.goto(file("hostile-report.html"));
    const tags = await page.evaluate(() => [...new Set([...document.querySelectorAll("*")].map((e) => e.tagName.toLowerCase()))]);
    check("report.html: no element that is not ours", !tags.some((t) => ["script", "img", "iframe", "object", "embed", "base", "form", "input", "audio", "video"].includes(t)), tags);
    const scripts = await page.evaluate(() => [...document.querySelectorAll("*")].flatMap((e) => [...e.attributes].map((a) => a.name)).filter((a) => a.startsWith("on")));
    check("report.html: no attribute that acts", scripts.length === 0, scripts.slice(0, 5));
    check("files: no dialog", seen.dialogs.length === 0, seen.dialogs);
    check("files: no request elsewhere", seen.elsewhere.length === 0, seen.elsewhere.slice(0, 5));
    check("files: no error in the console", seen.errors.length === 0, seen.errors.slice(0, 5));
});
check("the browser came to its end", hostile !== undefined);

for (const width of [390, 1440])
    for (const colorScheme of ["light", "dark"])
        await browse({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true }, async (page, seen) => {
            for (const name of ["brief", "report"])
                for (const lang of ["en", "ru"]) {
                    const what = `${name}.html, ${lang}, ${width}, ${colorScheme}`;
                    await page.goto(file(`${name}-${lang}.html`));
                    await page.screenshot({ path: path.join(task.shots, `${name}-${lang}-${width}-${colorScheme}.png`), fullPage: true });
                    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
                    check(`${what}: as wide as the screen`, wide <= 0, wide);
                    await page.addScriptTag({ content: axe });
                    const bad = (await page.evaluate(() => globalThis.axe.run())).violations.filter((v) => ["serious", "critical"].includes(v.impact));
                    check(`${what}: axe finds nothing serious`, bad.length === 0, bad.map((v) => [v.id, v.nodes[0].html]));
                }
            check(`files, ${width}, ${colorScheme}: nothing fetched, no error`, seen.elsewhere.length === 0 && seen.errors.length === 0, [seen.elsewhere, seen.errors]);
        });
console.log("end of files.mjs");
