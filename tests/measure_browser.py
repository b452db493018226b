"""What the explorer costs in a browser: file size, load, heap, and filter to repaint, at 26,000 clauses.

    python tests/measure_browser.py [FOLDER] [--policies 130] [--clauses 200]

FOLDER: policies to measure on; made-up ones of the size given when left out.  Wall time is what a reader waits, on
whatever else this machine does meanwhile; the best of several rounds shows the page's own share of it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import pages
import specimen
from playwright.sync_api import sync_playwright

import policykit as pk

WORK = """async () => {
  const root = document.querySelector('.pk-explorer'), times = [];
  const painted = () => new Promise((done) => requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = done; c.port2.postMessage(0); }));
  const run = async (name, work) => {
    await new Promise((done) => setTimeout(done, 120));
    const begin = performance.now(); work(); await painted();
    times.push([name, performance.now() - begin, Number(root.dataset.computed), Number(root.dataset.shown)]);
  };
  const type = (text) => { const box = root.querySelector('.pk-q'); box.value = text; box.dispatchEvent(new Event('input')); };
  for (const facet of root.querySelectorAll('.pk-facet')) {
    const name = facet.querySelector('summary').textContent;
    for (const box of [...facet.querySelectorAll('input[type=checkbox]')].slice(0, 2)) { await run(name, () => box.click()); await run(name, () => box.click()); }
  }
  for (const text of ['收', '收集', '收集 第三方', '電話號碼', 'IMEI', '']) await run('search', () => type(text));
  root.querySelector('[data-tab=chart]').click();
  for (const box of [...root.querySelectorAll('.pk-facet input[type=checkbox]')].slice(0, 3)) { await run('with chart', () => box.click()); await run('with chart', () => box.click()); }
  root.querySelector('[data-tab=matrix]').click();
  return times;
}"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", nargs="?")
    options.add_argument("--policies", type=int, default=130)
    options.add_argument("--clauses", type=int, default=200)
    options.add_argument("--rounds", type=int, default=4)
    given = options.parse_args()
    corpus = pk.read(given.folder) if given.folder else specimen.large(given.policies, given.clauses)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "page.html"
        path.write_text(pages.html(corpus), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=os.environ.get("POLICYKIT_BROWSER") or shutil.which("chromium"), args=["--no-sandbox", "--enable-precise-memory-info"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        tools = page.context.new_cdp_session(page)
        tools.send("Performance.setTimeDomain", {"timeDomain": "threadTicks"})
        tools.send("Performance.enable")

        def busy() -> float:
            return 1000 * next(one["value"] for one in tools.send("Performance.getMetrics")["metrics"] if one["name"] == "TaskDuration")

        begin = time.perf_counter()
        page.goto(path.as_uri())
        shown = time.perf_counter() - begin
        page.locator(".view").first.scroll_into_view_if_needed()
        page.wait_for_selector(".view[data-ready]")
        ready = float(page.locator(".view").first.get_attribute("data-ready")) / 1000
        page.wait_for_selector("html[data-charts=drawn]")
        page.wait_for_timeout(1500)
        before = busy()
        rounds = [page.evaluate(WORK) for _ in range(given.rounds)]
        times = [time for one in rounds for time in one]
        mean_busy = (busy() - before) / len(times)
        best = sorted(min(one[place][1] for one in rounds) for place in range(len(rounds[0])))
        heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
        browser.close()
        wall = sorted(time for _, time, _, _ in times)
        print(f"{len(corpus.policies)} policies, {len(corpus.clauses)} clauses, {len(corpus.practices)} mentions; load average {os.getloadavg()[0]:.1f}")
        print(f"HTML {path.stat().st_size / 1e6:.2f} MB; page shown {shown:.2f} s, explorer ready {ready:.2f} s; heap {heap:.0f} MB")
        print(f"filter to repaint, best of {len(rounds)}: median {statistics.median(best):.0f}, 95% {best[int(0.95 * len(best))]:.0f}, most {best[-1]:.0f} ms")
        print(f"all rounds, wall: median {statistics.median(wall):.0f}, 95% {wall[int(0.95 * len(wall))]:.0f}, most {wall[-1]:.0f} ms; busy, mean {mean_busy:.0f} ms ({len(times)} actions)")
        for name in dict.fromkeys(name for name, *_ in times):
            some = [one for one in times if one[0] == name]
            print(f"  {name:22} repaint {statistics.median(one[1] for one in some):4.0f}   filter {statistics.median(one[2] for one in some):4.0f}   filter and page {statistics.median(one[3] for one in some):4.0f} ms")


if __name__ == "__main__":
    main()
