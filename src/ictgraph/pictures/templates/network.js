"use strict";
(async () => {
  const $ = (id) => document.getElementById(id);
  document.body.classList.add("live");

  // vis-network travels compressed; the page's policy names its hash, so nothing else can run.
  async function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
  }
  await unpack($("vis").textContent);

  const data = JSON.parse($("scene").textContent);
  const rows = (id) => [...document.querySelectorAll(`#${id} tbody tr`)];
  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");
  const entities = rows("entities").map((row) => ({
    row, id: row.cells[2].textContent.trim(), kind: row.dataset.kind, modality: row.dataset.modality, text: fold(row.textContent),
  }));
  const claims = rows("claims").map((row) => {
    const [from, to] = [...row.querySelectorAll("button")].map((one) => Number(one.dataset.node));
    return { row, from, to, stage: row.dataset.stage };
  });
  const touching = entities.map(() => []);
  claims.forEach((claim, i) => new Set([claim.from, claim.to]).forEach((n) => touching[n].push(i)));
  const nodes = new Map(data.nodes.map((node) => [node.id, node]));
  const lines = new Map(data.edges.map((edge) => [edge.id, edge]));
  const night = matchMedia("(prefers-color-scheme: dark)");
  const paths = new Map();
  const state = {
    lang: document.body.dataset.lang, node: null, line: null, matches: new Set(),
    lit: null, shownNodes: new Set(), shownLines: new Set(),
  };
  // In columns, a line runs from left to right, whatever way its statement reads.
  const unstated = new Set(data.unstated);
  const ends = claims.map(({ from, to }) => (
    data.kind !== "neighbourhood" && data.columns[from] > data.columns[to] ? { from: to, to: from } : { from, to }));
  const boxes = [...document.querySelectorAll("#legend input")];

  // Drawing: vis-network holds graph, view and nodes; bands and lines are painted below them.
  const view = (thing) => thing.views[data.views.findIndex((one) => one.lang === state.lang)];
  const scene = () => data.views.find((one) => one.lang === state.lang);
  const path = (text) => {
    if (!paths.has(text)) paths.set(text, new Path2D(text));
    return paths.get(text);
  };
  const tone = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const palette = () => ({ ink: tone("--ink"), ground: tone("--ground"), muted: tone("--muted"), band: tone("--band"), rim: tone("--rim"), focus: tone("--focus") });
  let colours = palette();

  // The last text of a heading ends in a count; under a filter it says how many of how many.
  const recount = (texts, part, whole) => texts.map((text, i) => (i < texts.length - 1 || part === whole
    ? text : text.with(2, text[2].replace(/\d+(?=\)?$)/, `${part}/${whole}`))));

  function write(ctx, texts, ink) {
    ctx.fillStyle = ink;
    for (const [x, y, text, size, anchor, bold] of texts) {
      ctx.font = `${bold ? 600 : 400} ${size}px ${data.fonts}`;
      ctx.textAlign = ["left", "center", "right"][anchor];
      ctx.fillText(text, x, y);
    }
  }

  function paintGround(ctx) {
    ctx.save();
    ctx.textBaseline = "alphabetic";
    const now = scene();
    now.headings.forEach((text, column) => {
      const of = data.kind === "summary" ? [] : [...data.columns.keys()].filter((n) => data.columns[n] === column && !unstated.has(n));
      write(ctx, recount([text], of.filter((n) => state.shownNodes.has(n)).length, of.length), colours.ink);
    });
    for (const [x, y, w, h, fill, texts, members] of now.bands) {
      if (fill) {
        ctx.fillStyle = fill;
        ctx.globalAlpha = 0.2;
        ctx.fillRect(x, y, w, h);
        ctx.globalAlpha = 1;
        ctx.fillRect(x, y, w * members.filter((n) => state.shownNodes.has(n)).length / members.length, h);
        continue;
      }
      const inside = data.nodes.filter((node) => {
        const [a, b] = view(node);
        return a > x && a < x + w && b > y && b < y + h;
      });
      const used = inside.filter((node) => state.shownNodes.has(node.id)).length;
      ctx.globalAlpha = used ? 1 : 0.35;
      ctx.fillStyle = colours.band;
      ctx.strokeStyle = colours.rim;
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.roundRect(x, y, w, h, 6);
      ctx.fill();
      ctx.stroke();
      write(ctx, recount(texts, used, inside.length), colours.ink);
    }
    for (const [i, line] of lines) {
      if (!state.shownLines.has(i)) continue;
      const [curve, head] = view(line);
      const lit = state.lit === null || state.lit.lines.has(i);
      ctx.globalAlpha = lit ? 1 : 0.13;
      const [day, dark, width, dash] = data.styles[line.s];
      ctx.strokeStyle = ctx.fillStyle = night.matches ? dark : day;
      ctx.lineWidth = width + (state.lit !== null && lit ? 0.9 : 0);
      ctx.setLineDash(dash);
      ctx.stroke(path(curve));
      ctx.setLineDash([]);
      if (head) ctx.fill(path(head));
    }
    ctx.restore();
  }

  function paintNode({ ctx, id, x, y }) {
    const node = nodes.get(id);
    const [, , width, height, shape, texts, mark] = view(node);
    const stated = !unstated.has(node.id);
    const outline = path(data.outlines[shape]);
    const drawNode = () => {
      const [fill, border, ink] = stated ? data.styles[node.s] : [colours.ground, colours.muted, colours.ink];
      ctx.save();
      ctx.translate(x, y);
      ctx.textBaseline = "alphabetic";
      ctx.globalAlpha = state.lit === null || state.lit.nodes.has(node.id) ? 1 : 0.22;
      const ring = node.id === state.node || state.matches.has(node.id);
      if (ring) {
        ctx.lineWidth = 6;
        ctx.strokeStyle = colours.focus;
        ctx.stroke(outline);
      }
      ctx.fillStyle = fill;
      ctx.strokeStyle = border;
      ctx.lineWidth = 1;
      ctx.fill(outline);
      ctx.setLineDash(stated ? [] : [5, 4]);
      ctx.stroke(outline);
      ctx.setLineDash([]);
      const members = node.members ?? [];
      write(ctx, recount(texts, members.filter((m) => state.shownNodes.has(m)).length, members.length), ink);
      if (mark) {
        const [a, b] = mark;
        ctx.fillStyle = "#ffd45e";
        ctx.strokeStyle = "#7a5200";
        ctx.beginPath();
        ctx.arc(a, b, 7, 0, 7);
        ctx.fill();
        ctx.stroke();
        write(ctx, [[a, b + 4, "?", 11, 1, 1]], "#14202b");
      }
      ctx.restore();
    };
    return { drawNode, nodeDimensions: { width, height } };
  }

  const place = (node) => ({ id: node.id, x: view(node)[0], y: view(node)[1] });
  const visNodes = new vis.DataSet(
    data.nodes.map((node) => ({
      ...place(node), label: " ", shape: "custom", size: view(node)[2] / 2, ctxRenderer: paintNode,
    })),
  );
  const visEdges = new vis.DataSet(data.edges.map(({ id, from, to }) => ({ id, from, to })));
  const network = new vis.Network($("canvas"), { nodes: visNodes, edges: visEdges }, data.options);
  network.on("beforeDrawing", paintGround);
  network.once("afterDrawing", () => document.body.setAttribute("data-painted", ""));
  night.addEventListener("change", () => { colours = palette(); network.redraw(); });

  // View: fit, zoom, scroll
  function fit(all) {
    const { clientWidth: w, clientHeight: h } = $("canvas");
    const { left, top, width, height } = scene();
    const scale = Math.min(1.25, (w - 8) / width, all ? (h - 8) / height : Infinity);
    const centre = data.centre !== null && !all ? view(nodes.get(data.centre))[1] : top;
    const y = height * scale <= h ? top + height / 2
      : data.centre !== null && !all ? centre : top + h / 2 / scale;
    network.moveTo({ position: { x: left + width / 2, y }, scale });
  }
  function pan(dx, dy) {
    const { x, y } = network.getViewPosition();
    network.moveTo({ position: { x: x + dx / network.getScale(), y: y + dy / network.getScale() } });
  }
  $("canvas").addEventListener("wheel", (event) => {
    const { y } = network.getViewPosition();
    const { top, height } = scene();
    const half = $("canvas").clientHeight / 2 / network.getScale();
    if (event.ctrlKey) network.moveTo({ scale: network.getScale() * (event.deltaY < 0 ? 1.15 : 0.87) });
    else if (event.deltaY > 0 ? y + half < top + height : y - half > top) pan(event.deltaX, event.deltaY);
    else return;
    event.preventDefault();
  }, { passive: false });
  $("zoom").addEventListener("click", ({ target }) => {
    const how = target.dataset.zoom;
    if (how === "in" || how === "out") network.moveTo({ scale: network.getScale() * (how === "in" ? 1.25 : 0.8) });
    else if (how) fit(how === "all");
  });
  function reveal(i) {
    if (!nodes.has(i)) return;
    const [x, y] = view(nodes.get(i));
    const spot = network.canvasToDOM({ x, y });
    const { clientWidth: w, clientHeight: h } = $("canvas");
    if (spot.x < 40 || spot.y < 20 || spot.x > w - 40 || spot.y > h - 20) network.moveTo({ position: { x, y } });
  }

  // Filter: stage and modality remove claims and what then stands alone; kind only hides boxes.
  function filter() {
    const off = { stage: new Set(), modality: new Set(), kind: new Set() };
    for (const box of boxes) if (!box.checked) off[box.dataset.group].add(box.value);
    let ok = entities.map((one) => !off.modality.has(one.modality));
    const live = (claim) => !off.stage.has(claim.stage) && ok[claim.from] && ok[claim.to];
    for (let round = 0; round < 4; round += 1) {
      ok = entities.map((one, n) => {
        const all = touching[n].map((i) => claims[i]);
        const staged = all.filter((claim) => claim.stage);
        return ok[n] && (!all.length || (staged.length ? staged : all).some(live));
      });
      if (data.centre !== null) ok[data.centre] = true;
    }
    const seen = entities.map((one, n) => {
      const members = nodes.get(n)?.members ?? [];
      return (members.length ? members.some((m) => ok[m]) : ok[n]) && !off.kind.has(one.kind);
    });
    state.shownNodes = new Set([...seen.keys()].filter((n) => seen[n]));
    state.shownLines = new Set([...claims.keys()].filter((i) => live(claims[i]) && seen[claims[i].from] && seen[claims[i].to]));
    claims.forEach((claim, i) => { claim.row.hidden = !state.shownLines.has(i); });
    entities.forEach((one, n) => { one.row.hidden = !seen[n]; });
    visNodes.update(data.nodes.map((node) => ({ id: node.id, hidden: !seen[node.id] })));
    const [n, all] = [state.shownLines.size, claims.length];
    $("status").textContent = say(`显示 ${n} / ${all} 条陈述`, `${n} of ${all} statements shown`);
    for (const box of boxes) {
      const { group } = box.dataset;
      const used = group === "stage" ? claims.filter((claim, i) => claim.stage === box.value && state.shownLines.has(i))
        : entities.filter((one, i) => one[group] === box.value && seen[i] && !unstated.has(i));
      const count = box.parentNode.querySelector(".count");
      const { total } = count.dataset;
      count.textContent = used.length === Number(total) ? total : `${used.length}/${total}`;
    }
    network.redraw();
  }

  const say = (zh, en) => ({ zh, en, both: `${zh} · ${en}` })[state.lang];

  // Selection
  function related(n) {
    const lit = { nodes: new Set([n]), lines: new Set() };
    const members = new Set(nodes.get(n)?.members ?? []);
    if (members.size) {
      for (const node of data.nodes) if (node.members?.some((m) => members.has(m))) lit.nodes.add(node.id);
      return lit;
    }
    const follow = (here, next, back) => {
      for (const i of touching[here]) {
        if (ends[i][back] !== here || lit.lines.has(i) || !state.shownLines.has(i)) continue;
        lit.lines.add(i);
        lit.nodes.add(ends[i][next]);
        if (data.kind === "landscape") follow(ends[i][next], next, back);
      }
    };
    follow(n, "to", "from");
    follow(n, "from", "to");
    return lit;
  }
  const copy = (element) => {
    const made = element.cloneNode(true);
    made.removeAttribute("id");
        return made;
  };
  const make = (tag, name, ...children) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.append(...children);
    return made;
  };
  const doubtsOf = (n) => [...entities[n].row.cells[4].querySelectorAll("a")]
    .map((link) => document.querySelector(link.getAttribute("href")));
  function claimItem(i) {
    const [subject, word, object, cited] = claims[i].row.cells;
    const parts = [subject, word, object].flatMap((cell, n) => [n ? " — " : "", ...copy(cell).childNodes]);
    const passages = [...cited.querySelectorAll("a")].map((link) => {
      const passage = make("div", "passage");
      passage.append(...copy(document.querySelector(link.getAttribute("href"))).childNodes);
      return passage;
    });
    return make("li", "claim", ...parts, ...passages);
  }
  function showDetails() {
    const box = $("details");
    if (state.node === null && state.line === null) {
      box.replaceChildren(...home);
      return;
    }
    const clear = make("button", "clear", "×");
    clear.setAttribute("aria-label", "取消选择 Clear selection");
    clear.addEventListener("click", () => select(null));
    const parts = [];
    let wanted = [state.line];
    if (state.node !== null) {
      const [name, kind, id, more, , links] = entities[state.node].row.cells;
      const lines_ = [kind, id, more, links].filter((cell) => cell.textContent.trim());
      parts.push(make("h3", "", ...copy(name.firstElementChild).childNodes));
      parts.push(...lines_.map((cell) => make("div", "muted", ...copy(cell).childNodes)));
      parts.push(...doubtsOf(state.node).map((one) => make("div", "doubt", ...copy(one).childNodes)));
      const members = nodes.get(state.node)?.members ?? [];
      wanted = members.length ? [...new Set(members.flatMap((m) => touching[m]))] : touching[state.node];
    }
    const list = make("ul", "", ...wanted.slice(0, 200).map(claimItem));
    box.replaceChildren(clear, ...parts, list);
    if (wanted.length > 200) box.append(make("p", "muted", `… ${wanted.length - 200}`));
  }
  function select(n, line = null, focus = false) {
    state.node = n;
    state.line = line;
    state.lit = n !== null ? related(n) : line === null ? null
      : { nodes: new Set([claims[line].from, claims[line].to]), lines: new Set([line]) };
    showDetails();
    if (n !== null) reveal(n);
    if (focus) $("panel").focus();
    remember();
    network.redraw();
  }
  const home = [...$("details").childNodes];
  const probe = document.createElement("canvas").getContext("2d");
  function nodeAt({ x, y }) {
    return data.nodes.find((node) => {
      const [cx, cy, w, h] = view(node);
      return state.shownNodes.has(node.id) && Math.abs(x - cx) <= w / 2 && Math.abs(y - cy) <= h / 2;
    });
  }
  function lineAt({ x, y }) {
    probe.lineWidth = Math.max(9, 9 / network.getScale());
    return [...lines.values()].find((line) => state.shownLines.has(line.id) && probe.isPointInStroke(path(view(line)[0]), x, y));
  }
  const spoken = (element) => [...element.querySelectorAll("bdi")]
    .filter((one) => state.lang === "both" || one.className === "s" || one.lang === state.lang)
    .map((one) => one.textContent).join(" ");
  $("canvas").addEventListener("mousemove", ({ offsetX, offsetY }) => {
    const node = nodeAt(network.DOMtoCanvas({ x: offsetX, y: offsetY }));
    $("canvas").title = (node ? doubtsOf(node.id) : []).map((one) => `? ${spoken(one)}`).join("\n");
  });
  network.on("click", ({ pointer }) => {
    const node = nodeAt(pointer.canvas);
    const line = node ? undefined : lineAt(pointer.canvas);
    if (node) select(node.id);
    else select(null, line ? line.id : null);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-node]");
    if (!button) return;
    select(Number(button.dataset.node));
    if (!$("panel").contains(button)) $("picture").scrollIntoView({ block: "start" });
  });

  // Keyboard: arrows move to the nearest box, Enter reads it, Escape clears, / searches
  const steps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  function nearest([dx, dy]) {
    const shown = data.nodes.filter((node) => state.shownNodes.has(node.id));
    if (state.node === null || !nodes.has(state.node)) return shown[0];
    const [x, y] = view(nodes.get(state.node));
    const cost = (node) => {
      const [a, b] = [view(node)[0] - x, view(node)[1] - y];
      const along = a * dx + b * dy;
      return along > 1 ? along + 4 * Math.abs(a * dy + b * dx) : Infinity;
    };
    return shown.reduce((best, node) => (cost(node) < cost(best) ? node : best), nodes.get(state.node));
  }
  $("canvas").addEventListener("keydown", (event) => {
    if (steps[event.key]) {
      const node = nearest(steps[event.key]);
      if (node) select(node.id);
    } else if (event.key === "Enter") $("panel").focus();
    else if (event.key === "+" || event.key === "-") network.moveTo({ scale: network.getScale() * (event.key === "+" ? 1.25 : 0.8) });
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches?.("input[type=search]");
    if (event.key === "Escape") {
      $("query").value = "";
      search();
      select(null);
    } else if (event.key === "/" && !typing) {
      event.preventDefault();
      $("query").focus();
    }
  });

  // Search
  function search() {
    const words = fold($("query").value).split(" ").filter(Boolean);
    const hits = words.length ? [...entities.keys()].filter((n) => words.every((word) => entities[n].text.includes(word))) : [];
    state.matches = new Set(hits);
    const items = hits.slice(0, 30).map((n) => {
      const button = make("button", "", ...copy(entities[n].row.cells[0].firstElementChild).childNodes);
      button.type = "button";
      button.addEventListener("click", () => { $("found").hidden = true; select(n, null, true); });
      return make("li", "", button);
    });
    const none = make("li", "muted", "没有匹配 · nothing found");
    $("found").replaceChildren(...(items.length ? items : [none]));
    $("found").hidden = !words.length;
    remember();
    if (words.length) $("status").textContent = say(`找到 ${hits.length} 项`, `${hits.length} found`);
    else filter();
    network.redraw();
  }
  $("query").addEventListener("input", search);
  $("search").addEventListener("submit", (event) => {
    event.preventDefault();
    $("found").querySelector("button")?.click();
  });
  $("search").addEventListener("keydown", (event) => {
    const choices = [$("query"), ...$("found").querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || $("found").hidden) return;
    choices[Math.max(0, Math.min(choices.length - 1, choices.indexOf(document.activeElement) + step))].focus();
    event.preventDefault();
  });

  // Language
  function speak(lang) {
    state.lang = lang;
    document.body.dataset.lang = lang;
    document.documentElement.lang = lang === "en" ? "en" : "zh";
    visNodes.update(data.nodes.map(place));
    filter();
    fit(false);
  }
  $("langs")?.addEventListener("change", ({ target }) => {
    speak(target.value);
    remember();
  });
  $("legend").addEventListener("change", () => {
    filter();
    if (state.node !== null) select(state.node);
    remember();
  });

  // The address holds language, search, filters and selection, so that a view can be shared.
  const first = state.lang;
  const held = (box) => `${box.dataset.group} ${box.value}`;
  function remember() {
    const parts = new URLSearchParams();
    if (state.lang !== first) parts.set("lang", state.lang);
    if ($("query").value) parts.set("q", $("query").value);
    for (const box of boxes) if (!box.checked) parts.append("hide", held(box));
    if (state.node !== null && entities[state.node].id) parts.set("at", entities[state.node].id);
    if (`#${parts}` !== (location.hash || "#")) history.replaceState(null, "", `#${parts}`);
  }
  function recall() {
    const text = location.hash.slice(1);
    if (text && !text.includes("=")) return;
    const parts = new URLSearchParams(text);
    const wanted = parts.get("lang") ?? first;
    const choice = [...document.querySelectorAll("#langs input")].find((one) => one.value === wanted);
    if (choice) choice.checked = true;
    const hidden = new Set(parts.getAll("hide"));
    for (const box of boxes) box.checked = !hidden.has(held(box));
    const at = entities.findIndex((one) => one.id && one.id === parts.get("at"));
    speak(choice ? wanted : state.lang);
    $("query").value = parts.get("q") ?? "";
    if ($("query").value) search();
    $("found").hidden = true;
    select(at < 0 ? null : at);
  }
  addEventListener("hashchange", recall);
  addEventListener("resize", () => requestAnimationFrame(() => fit(false)));
  filter();
  fit(false);
  recall();
})();
