// Markup in every field of a mention must come out as text: the same elements and attributes as with "x", no dialog, no request elsewhere.
import { browse, check, login, task } from "./common.mjs";

// Elements with the names of their attributes, in order; addresses and texts left out.
const skeleton = (root) => {
    const walk = (e) => `${e.tagName}[${[...e.attributes].map((a) => a.name).sort()}](${[...e.children].map(walk).join("")})`;
    return walk(document.querySelector(root));
};

const seen = await browse({ viewport: { width: 1440, height: 900 }, locale: "en" }, async (page, seen) => {
    await login(page);
    await page.goto(task.url + "/item/1");
    const plain = await page.evaluate(skeleton, ".itempage");
    let same = 0, first = null;
    for (let i = 2; i <= task.n + 1; i++) {
        const answer = await page.goto(`${task.url}/item/${i}`, { waitUntil: "domcontentloaded" });
        const now = answer.status() === 200 ? await page.evaluate(skeleton, ".itempage") : "status " + answer.status();
        if (now === plain) same++;
        else if (!first) first = [i, now, await page.title()];
    }
    check(`items: ${same} of ${task.n} payloads have the elements of "x"`, same === task.n, first);
    let items = 0, shapes = new Set();
    for (let p = 0; p * 50 < task.n + 1; p++) {
        await page.goto(`${task.url}/?page=${p}`);
        for (const shape of await page.evaluate(() => [...document.querySelectorAll(".item")].map((e) => {
            const walk = (x) => `${x.tagName}[${[...x.attributes].map((a) => a.name).sort()}](${[...x.children].map(walk).join("")})`;
            e.classList.remove("chosen");
            return walk(e);
        }))) {
            items++;
            shapes.add(shape);
        }
    }
    check(`lists: ${items} items of one shape`, items === task.n + 1 && shapes.size === 1, [items, [...shapes].slice(0, 3)]);
    for (const q of ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)"])
        for (const name of ["q", "brand", "source", "cause", "lang", "view", "done", "page", "next"])
            await page.goto(`${task.url}/?${name}=${encodeURIComponent(q)}`);
    check("no dialog", seen.dialogs.length === 0, seen.dialogs);
    check("no request elsewhere", seen.elsewhere.length === 0, seen.elsewhere.slice(0, 5));
    check("no error in the console", seen.errors.length === 0, seen.errors.slice(0, 5));
});
check("the browser came to its end", seen !== undefined);
console.log("end of hostile.mjs");
