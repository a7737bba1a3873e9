/* On top of pages that work without it: keys, counts that stay true, lists that send themselves. */
"use strict";
(function () {
    var typing = function (t) {
        return t && (/^(INPUT|SELECT|TEXTAREA)$/.test(t.tagName) || t.isContentEditable);
    };
    var all = function (selector) {
        return Array.prototype.slice.call(document.querySelectorAll(selector));
    };
    var items = all(".item"), chosen = -1;
    var go = function (link) {
        if (link) link.click();
        return !!link;
    };
    var keyed = function (key) {
        return document.querySelector('a[data-key="' + key + '"]');
    };

    var choose = function (i) {
        if (!items.length) return;
        if (items[chosen]) items[chosen].classList.remove("chosen");
        chosen = Math.max(0, Math.min(items.length - 1, i));
        items[chosen].classList.add("chosen");
        items[chosen].querySelector("a.gist").focus({ preventScroll: true });
        items[chosen].scrollIntoView({ block: "nearest" });
    };
    items.forEach(function (item, i) {
        item.addEventListener("focusin", function () {
            if (items[chosen]) items[chosen].classList.remove("chosen");
            chosen = i;
            item.classList.add("chosen");
        });
    });

    /* e: the form that ends it; from the list, the item first */
    var end = function () {
        var resolve = document.getElementById("resolve");
        if (resolve) {
            resolve.focus();
            resolve.scrollIntoView({ block: "center" });
        } else if (items[chosen]) {
            location.href = items[chosen].querySelector("a.gist").href + "#resolve";
        }
    };

    var help = function () {
        var dialog = document.querySelector("dialog");
        if (dialog) {
            dialog.showModal();
            return;
        }
        fetch("/keys", { credentials: "same-origin" }).then(function (r) {
            return r.ok ? r.text() : Promise.reject();
        }).then(function (text) {
            var page = new DOMParser().parseFromString(text, "text/html").querySelector(".page");
            dialog = document.createElement("dialog");
            dialog.setAttribute("aria-label", page.querySelector("h1").textContent);
            dialog.appendChild(document.importNode(page, true));
            dialog.addEventListener("click", function (e) {
                if (e.target === dialog) dialog.close();
            });
            document.body.appendChild(dialog);
            dialog.showModal();
        }).catch(function () {
            location.href = "/keys";
        });
    };

    document.addEventListener("keydown", function (e) {
        if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
        if (typing(e.target)) {
            if (e.key === "Escape") e.target.blur();
            return;
        }
        /* the same keys where the keyboard writes Cyrillic */
        var same = { "о": "j", "л": "k", "щ": "o", "у": "e", "г": "u" };
        var key = same[e.key] || e.key;
        var done = true;
        if (document.querySelector("dialog[open]")) return;
        if (key === "j") items.length ? choose(chosen + 1) : go(keyed("j"));
        else if (key === "k") items.length ? choose(chosen - 1) : go(keyed("k"));
        else if (key === "o") items.length ? go(items[chosen] && items[chosen].querySelector("a.gist")) : go(keyed("o"));
        else if (key === "e") end();
        else if (key === "u") go(keyed("u"));
        else if (key === "/") document.getElementById("search") ? document.getElementById("search").focus() : (done = false);
        else if (key === "?" || (key === "," && e.shiftKey)) help();
        else done = false;
        if (done) e.preventDefault();
    });
    if (location.hash === "#resolve") end();

    /* lists that send themselves; empty values stay out of the address */
    var filters = document.getElementById("filters");
    if (filters) {
        filters.addEventListener("change", function (e) {
            if (e.target.tagName === "SELECT") filters.requestSubmit();
        });
        filters.addEventListener("submit", function () {
            Array.prototype.forEach.call(filters.elements, function (x) {
                if (x.name && !x.value) x.disabled = true;
            });
        });
        var fold = filters.closest("details");
        if (fold && window.matchMedia("(max-width: 900px)").matches) fold.removeAttribute("open");
    }

    /* counts of the tabs, while somebody looks */
    var counts = all("[data-count]"), news = document.querySelector(".news");
    var look = function () {
        if (document.hidden || !counts.length) return;
        fetch("/api/counts" + (location.search || "?") + "&days=" + (new URLSearchParams(location.search).get("days") || "90"), { credentials: "same-origin", headers: { Accept: "application/json" } }).then(function (r) {
            return r.ok ? r.json() : Promise.reject();
        }).then(function (now) {
            var changed = false;
            counts.forEach(function (x) {
                var n = now.views[x.dataset.count];
                if (n === undefined) return;
                var was = Number(x.textContent.replace(/[^0-9]/g, ""));
                changed = changed || was !== n;
                if (was !== n) x.textContent = n.toLocaleString(document.documentElement.lang);
            });
            if (changed && news && news.hidden) {
                news.textContent = news.dataset.text + " ";
                var load = document.createElement("a");
                load.href = location.href;
                load.textContent = news.dataset.load;
                news.appendChild(load);
                news.hidden = false;
            }
        }).catch(function () { /* next time */ });
    };
    if (counts.length) {
        setInterval(look, 20000);
        document.addEventListener("visibilitychange", look);
    }
})();
