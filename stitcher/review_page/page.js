"use strict";
const page = JSON.parse(document.getElementById("data").textContent);
const rate = page.rate[0] / page.rate[1];
const find = (id) => document.getElementById(id);

/** An element with attributes and children. Texts are always text: nothing here is read as markup. */
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
const pad = (value) => String(value).padStart(2, "0");

function timecode(frame, start = page.start_frame) {
  const base = Math.round(rate);
  let counted = frame + start;
  if (page.drop_frame) {
    const dropped = base / 15, tens = base * 600 - 9 * dropped, minute = base * 60 - dropped;
    const rest = counted % tens;
    counted += 9 * dropped * Math.floor(counted / tens) + (rest >= base * 60 ? dropped * (1 + Math.floor((rest - base * 60) / minute)) : 0);
  }
  const seconds = Math.floor(counted / base);
  return `${pad(Math.floor(seconds / 3600) % 24)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}${page.drop_frame ? ";" : ":"}${pad(counted % base)}`;
}
const source = (name) => {
  if (!name.startsWith("data:video")) return name;
  const bytes = Uint8Array.from(atob(name.slice(name.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
  return URL.createObjectURL(new Blob([bytes], {type: "video/mp4"}));
};

/* Decisions: kept in the browser at every change, saved as one file. */
const place = `stitcher-review:${page.key}`;
const fresh = () => ({stitcher_review: 1, storyboard: page.storyboard, title: page.title, shots: [], takes: [], seams: [], findings: [], notes: []});
let decisions = fresh();
function restore() {
  try {
    const held = JSON.parse(localStorage.getItem(place) || "null");
    if (held && held.stitcher_review === 1) decisions = {...fresh(), ...held, storyboard: page.storyboard, title: page.title};
  } catch { tell("This browser keeps nothing for the page: save decisions before you leave."); }
}
let waiting = 0;
async function post() {
  clearTimeout(waiting);
  waiting = 0;
  try {
    const body = JSON.stringify(decisions, null, 2) + "\n";
    const answer = await fetch("decisions", {method: "POST", body, headers: {"Content-Type": "application/json"}, keepalive: body.length < 60000});
    tell(answer.ok ? `Written to ${fileName()}.` : await answer.text());
  } catch { tell("The server was stopped: save decisions before you leave."); }
}
/** To the server, a moment after the last change. */
function send() { clearTimeout(waiting); waiting = setTimeout(post, 200); }
addEventListener("pagehide", () => { if (waiting) post(); });
async function fetchKept() {
  try {
    const answer = await fetch("decisions");
    if (answer.status === 200) { decisions = {...fresh(), ...(await answer.json())}; showDecisions(); }
  } catch { tell("The server was stopped."); }
}
const fileName = () => (page.storyboard.replace(/\.[^.]*$/, "") || "film") + ".review.json";
function keep() {
  if (page.served) { send(); return; }
  try { localStorage.setItem(place, JSON.stringify(decisions)); tell("Kept in this browser; not saved to a file yet."); }
  catch { tell("This browser keeps nothing for the page: save decisions before you leave."); }
}
const tell = (text) => { find("kept").textContent = text; };
const same = (one, other, names) => names.every((name) => one[name] === other[name]);
/** Set the verdict on what `entry` names, or take it back where it is set already. */
function decide(list, entry, names) {
  const known = decisions[list].find((one) => same(one, entry, names));
  // A shot has one circled take.
  const ousted = (one) => one === known || (entry.verdict === "circled" && one.verdict === "circled" && one.shot === entry.shot);
  decisions[list] = decisions[list].filter((one) => !ousted(one));
  if (!known || known.verdict !== entry.verdict) decisions[list].push({...entry, reason: known ? known.reason : ""});
  keep();
  showDecisions();
}
function reason(list, entry, names, text) {
  const known = decisions[list].find((one) => same(one, entry, names));
  if (known) { known.reason = text; keep(); }
}
function save() {
  const name = fileName();
  const address = URL.createObjectURL(new Blob([JSON.stringify(decisions, null, 2) + "\n"], {type: "application/json"}));
  make("a", {href: address, download: name}).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  tell(`Saved as ${name}. Carry it out with: stitcher review apply ${name} ${page.storyboard || "BOARD"}`);
}
async function load(file) {
  try {
    const read = JSON.parse(await file.text());
    if (read.stitcher_review !== 1) throw new Error("no decisions");
    decisions = {...fresh(), ...read};
    keep(); showDecisions();
    tell(`Loaded ${file.name}.`);
  } catch { tell(`${file.name} holds no decisions that this page can read.`); }
}

/* The film, picture by picture. A picture's middle is asked for, so that rounding cannot land beside it. */
const video = find("video");
let current = 0, backwards = 0, pending = null;
const seekTo = (frame) => { video.currentTime = (frame + 0.5) / rate; };
function watch(now, facts) {
  const frame = clamp(Math.round(facts.mediaTime * rate), 0, page.frames - 1);
  video.dataset.frame = frame;
  // Stopped, the place is the one asked for: what is shown may still be on its way there.
  if (!video.paused) { current = frame; showPlace(); }
  video.requestVideoFrameCallback(watch);
}
function goTo(frame) {
  video.pause();
  current = clamp(Math.round(frame), 0, page.frames - 1);
  showPlace();
  if (video.seeking) { pending = current; return; }
  seekTo(current);
}
video.addEventListener("seeked", () => {
  if (pending === null) return;
  const next = pending;
  pending = null;
  seekTo(next);
});
function stop() { clearInterval(backwards); backwards = 0; video.pause(); video.playbackRate = 1; showSpeed(); }
function forward() {
  const faster = !video.paused && !backwards;
  clearInterval(backwards); backwards = 0;
  video.playbackRate = faster ? Math.min(8, video.playbackRate * 2) : 1;
  video.play().catch(() => {});
  showSpeed();
}
let reverse = 1;
function backward() {
  reverse = backwards ? Math.min(8, reverse * 2) : 1;
  clearInterval(backwards);
  video.pause();
  // Browsers play no film backwards: pictures are stepped through, twelve times a second.
  backwards = setInterval(() => { if (!video.seeking) { if (current === 0) stop(); else goTo(current - Math.max(1, Math.round(reverse * rate / 12))); } }, 1000 / 12);
  showSpeed();
}
function step(count) { clearInterval(backwards); backwards = 0; showSpeed(); goTo(current + count); }
function showSpeed() {
  find("speed").textContent = backwards ? `−${reverse}×` : video.paused ? "" : `${video.playbackRate}×`;
}
for (const event of ["play", "pause", "ratechange"]) video.addEventListener(event, showSpeed);
let until = null;
function across(frame) {
  const lead = Math.round(rate);
  stop();
  goTo(Math.max(0, frame - lead));
  until = Math.min(page.frames - 1, frame + lead);
  video.play().catch(() => {});
}

/* The axis. */
const share = (frame) => `${(100 * frame) / Math.max(1, page.frames)}%`;
const shotAt = (frame) => page.shots.findLast((shot) => shot.start <= frame) || page.shots[0];
function showPlace() {
  if (until !== null && current >= until) { until = null; stop(); }
  const shot = shotAt(current);
  find("timecode").textContent = `${timecode(current)}, frame ${current}`;
  find("note-place").textContent = `${timecode(current)}, ${shot.shot} + ${current - shot.start} frames`;
  find("head").style.left = share(current + 0.5);
  const axis = find("hearing");
  axis.setAttribute("aria-valuenow", current);
  axis.setAttribute("aria-valuetext", `${timecode(current)}, ${shot.shot}`);
  showPins();
}
function draw() {
  const canvas = find("wave"), ratio = window.devicePixelRatio || 1;
  const width = (canvas.width = Math.min(16000, Math.round(canvas.clientWidth * ratio)));
  const height = (canvas.height = Math.round(canvas.clientHeight * ratio));
  const brush = canvas.getContext("2d"), style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  brush.clearRect(0, 0, width, height);
  if (!page.hearing) return;
  const {low, high, loudness} = page.hearing, middle = height / 2;
  const peak = Math.max(1, ...high, ...low.map((value) => -value));
  brush.fillStyle = colour("--wave");
  for (let x = 0; x < width; x++) {
    const at = Math.min(low.length - 1, Math.floor((x * low.length) / width));
    const up = Math.sqrt(Math.max(0, high[at]) / peak) * (middle - 4), down = Math.sqrt(Math.max(0, -low[at]) / peak) * (middle - 4);
    brush.fillRect(x, middle - up, 1, Math.max(1, up + down));
  }
  brush.strokeStyle = colour("--loud");
  brush.lineWidth = 2 * ratio;
  brush.beginPath();
  let open = false;
  loudness.forEach((value, index) => {
    const x = (width * (index + 0.5)) / loudness.length, y = height - 4 - ((clamp(value ?? -60, -60, 0) + 60) / 60) * (height - 8);
    if (value === null) open = false;
    else { if (open) brush.lineTo(x, y); else brush.moveTo(x, y); open = true; }
  });
  brush.stroke();
}
function layAxis() {
  for (const shot of page.shots) {
    const button = make("button", {type: "button", title: `${shot.shot}: ${timecode(shot.start)}`, onclick: () => goTo(shot.start)}, shot.shot);
    button.style.left = share(shot.start);
    button.style.width = share(shot.stop - shot.start);
    find("lane-shots").append(make("li", {}, button));
  }
  for (const seam of page.seams) {
    const over = isOver(seam.findings);
    const button = make("button", {type: "button", class: over ? "over" : null, "aria-label": `Seam ${seam.before} to ${seam.shot}, ${seam.join}${over ? ", above a threshold" : ""}`, onclick: () => goTo(seam.frame)}, "◆");
    button.style.left = share(seam.frame);
    find("lane-seams").append(make("li", {}, button));
  }
  const lanes = [];
  for (const sound of page.sounds) {
    let lane = lanes.findIndex((stop) => stop <= sound.start);
    if (lane < 0) lane = lanes.length;
    lanes[lane] = sound.stop;
    const bar = make("div", {class: "sound", title: `${sound.name} (${sound.role})`}, `${sound.name} (${sound.role})`);
    bar.style.left = share(sound.start);
    bar.style.width = share(Math.max(1, sound.stop - sound.start));
    bar.style.top = `${lane * 24}px`;
    find("sounds").append(bar);
  }
  find("sounds").style.height = `${lanes.length * 24}px`;
  const axis = find("hearing");
  axis.setAttribute("aria-valuemax", page.frames - 1);
  axis.addEventListener("pointerdown", (event) => { const box = axis.getBoundingClientRect(); stop(); goTo(((event.clientX - box.left) / box.width) * page.frames - 0.5); });
  find("zoom").addEventListener("input", (event) => { find("axis").style.width = `${100 * event.target.value}%`; draw(); });
  const heard = page.hearing;
  find("legend").textContent = heard
    ? `Grey: the mix before its loudness. Line: short-term loudness from −60 to 0 LUFS${heard.integrated === null ? "" : `, ${heard.integrated.toFixed(1)} LUFS in all`}.`
    : "The film has no sound.";
}

/* Notes. */
let point = null;
function noteFrame(note) {
  const shot = page.shots.find((one) => one.shot === note.shot);
  return shot ? shot.start + note.frame : null;
}
function showNotes() {
  const list = find("notes"), lane = find("lane-notes");
  list.replaceChildren();
  lane.replaceChildren();
  const pinned = (frame, title) => {
    const button = make("button", {type: "button", title, "aria-label": `Note: ${title}`, onclick: () => goTo(frame)}, "✎");
    button.style.left = share(frame);
    lane.append(make("li", {}, button));
  };
  for (const mark of page.marks) pinned(mark.frame, mark.note ? `${mark.name}: ${mark.note}` : mark.name);
  const sorted = [...decisions.notes].sort((one, other) => (noteFrame(one) ?? 0) - (noteFrame(other) ?? 0));
  for (const note of sorted) {
    const frame = noteFrame(note);
    if (frame !== null) pinned(frame, note.text);
    list.append(make("li", {},
      make("button", {type: "button", class: "place", disabled: frame === null, onclick: () => goTo(frame)}, frame === null ? `${note.shot}: no longer in the film` : timecode(frame)),
      make("span", {class: "text"}, note.text),
      note.point ? make("span", {class: "hint"}, `at ${Math.round(note.point[0] * 100)} %, ${Math.round(note.point[1] * 100)} % of the picture `) : null,
      make("button", {type: "button", "aria-label": `Remove: ${note.text.slice(0, 40)}`, onclick: () => { decisions.notes = decisions.notes.filter((one) => one !== note); keep(); showNotes(); showPins(); }}, "Remove")));
  }
  if (!sorted.length) list.append(make("li", {class: "hint"}, "None yet."));
}
function showPins() {
  const pins = [];
  const put = (where, kind) => { const pin = make("span", {class: `pin ${kind}`}); pin.style.left = `${where[0] * 100}%`; pin.style.top = `${where[1] * 100}%`; pins.push(pin); };
  for (const note of decisions.notes) if (note.point && Math.abs((noteFrame(note) ?? -1e9) - current) <= rate / 2) put(note.point, "");
  if (point) put(point, "new");
  find("pins").replaceChildren(...pins);
}
find("stage").addEventListener("click", (event) => {
  const box = find("stage").getBoundingClientRect();
  stop();
  point = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((value) => Math.round(clamp(value, 0, 1) * 1000) / 1000);
  find("note-point").textContent = `Points at ${Math.round(point[0] * 100)} %, ${Math.round(point[1] * 100)} % of the picture.`;
  showPins();
  find("note-text").focus({preventScroll: true});
});
find("note-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = find("note-text").value.trim();
  if (!text) return;
  const shot = shotAt(current);
  decisions.notes.push({shot: shot.shot, frame: current - shot.start, text, point});
  point = null;
  find("note-text").value = "";
  find("note-point").textContent = "Click the picture to point at a place in it.";
  keep(); showNotes(); showPins();
});
find("note-text").addEventListener("keydown", (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) find("note-form").requestSubmit(); });

/* Verdicts: buttons that show what was decided. */
const refreshers = [];
const showDecisions = () => { refreshers.forEach((refresh) => refresh()); showNotes(); };
function verdicts(list, entry, names, choices, about) {
  const known = () => decisions[list].find((one) => same(one, entry, names));
  const buttons = choices.map(([verdict, label, mood]) => make("button", {type: "button", class: mood, "data-verdict": verdict, "aria-label": `${label}: ${about}`, onclick: () => decide(list, {...entry, verdict}, names)}, label));
  const why = make("input", {type: "text", maxlength: 20000, "aria-label": `Why: ${about}`, oninput: (event) => reason(list, entry, names, event.target.value)});
  const because = make("label", {}, make("span", {class: "word"}, "Why"), why);
  refreshers.push(() => {
    const held = known();
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", Boolean(held && held.verdict === choices[index][0])));
    because.hidden = !held;
    if (document.activeElement !== why) why.value = held ? held.reason : "";
  });
  return make("div", {class: "decide"}, ...buttons, because);
}

/* Findings: what is above a threshold, each to be accepted by itself. */
function isOver(findings) { return findings.some((finding) => !finding.accepted); }
function findingsBlock(findings) {
  return findings.length ? make("ul", {class: "findings"}, ...findings.map((finding) => make("li", {},
    make("strong", {class: finding.accepted ? null : "over"}, finding.kind), ` ${finding.text} (${finding.threshold}) `,
    finding.accepted ? make("span", {class: "facts"}, `accepted: ${finding.accepted}`)
      : verdicts("findings", {shot: finding.shot, finding: finding.kind}, ["shot", "finding"], [["accepted", "Accept", "good"]], `${finding.kind} of ${finding.shot}`)))) : null;
}

/* Seams. */
function figure(file, text) {
  return make("figure", {}, make("img", {src: file, alt: text, loading: "lazy"}), make("figcaption", {}, text));
}
function seamCard(seam) {
  const title = `${seam.before} → ${seam.shot}`, over = isOver(seam.findings);
  const top = make("img", {src: seam.first.file, alt: `First frame of ${seam.shot}`, loading: "lazy"});
  const bar = make("input", {type: "range", class: "wipe-bar", min: 0, max: 100, value: 50, "aria-label": `Wipe from the last frame to the first: ${title}`, oninput: wipe});
  function wipe() { top.style.clipPath = `inset(0 0 0 ${bar.value}%)`; }
  wipe();
  return make("article", {class: over ? "card over" : "card"},
    make("header", {}, make("h3", {}, title), make("span", {class: "facts"}, `${seam.join}, ${timecode(seam.frame)}`)),
    make("div", {class: "three"}, figure(seam.last.file, `Last: frame ${seam.last.frame}`), figure(seam.first.file, `First: frame ${seam.first.frame}`), figure(seam.difference, "Difference, eight times as strong")),
    make("table", {}, make("tbody", {}, ...seam.readings.map((reading) => make("tr", {}, make("th", {scope: "row"}, reading.name), make("td", {}, reading.value), make("td", {}, reading.usual))))),
    findingsBlock(seam.findings),
    make("div", {class: "bar"}, make("button", {type: "button", onclick: () => { goTo(seam.frame); find("film").scrollIntoView(); }, "aria-label": `Go there: seam ${title}`}, "Go there"),
      make("button", {type: "button", onclick: () => { across(seam.frame); find("film").scrollIntoView(); }, "aria-label": `Play across: seam ${title}`}, "Play across")),
    make("details", {}, make("summary", {}, "Wipe"), make("div", {class: "wipe"}, make("img", {src: seam.last.file, alt: `Last frame of ${seam.before}`, loading: "lazy"}), top), bar),
    seam.unmended ? make("details", {}, make("summary", {}, "Before and after mending"), make("img", {class: "unmended", src: seam.unmended, alt: "Two frames of each clip as they are, and below as in the film", loading: "lazy"})) : null,
    verdicts("seams", {shot: seam.shot}, ["shot"], [["accepted", "Approve", "good"], ["rejected", "Reject", "bad"]], `seam ${title}`));
}

/* Takes, side by side: the first leads, the others follow it to the frame. */
function takesBlock(shot) {
  const withFilm = shot.takes.filter((take) => take.film);
  const films = withFilm.map((take) => make("video", {muted: true, playsinline: true, preload: "none", "aria-label": `Take ${take.number} (${take.provider}) of ${shot.shot}`}));
  const status = make("output", {class: "facts"});
  let at = 0, playing = false;
  const most = Math.max(1, ...withFilm.map((take) => take.film_frames));
  const seek = (film, index, frame) => { film.currentTime = (clamp(frame, 0, withFilm[index].film_frames - 1) + 0.5) / rate; };
  const all = (frame) => { at = clamp(frame, 0, most - 1); films.forEach((film, index) => seek(film, index, at)); say(); };
  const say = () => { status.textContent = `frame ${at}`; };
  const follow = (now, facts) => {
    at = Math.round(facts.mediaTime * rate);
    say();
    if (playing) films.slice(1).forEach((film) => {
      const apart = facts.mediaTime - film.currentTime + 0.5 / rate;
      // A small lag is caught up by speed, a large one by a jump: jumps alone would never settle.
      if (Math.abs(apart) > 0.25) film.currentTime += apart;
      else film.playbackRate = Math.abs(apart) < 0.25 / rate ? 1 : apart > 0 ? 1.08 : 0.92;
    });
    films[0].requestVideoFrameCallback(follow);
  };
  const pause = () => { playing = false; films.forEach((film) => { film.pause(); film.playbackRate = 1; }); all(at); };
  const play = () => { playing = true; if (at >= most - 1) all(0); films.forEach((film) => film.play().catch(() => {})); };
  films.forEach((film, index) => film.requestVideoFrameCallback(function count(now, facts) { film.dataset.frame = Math.round(facts.mediaTime * rate); film.requestVideoFrameCallback(count); }));
  if (films.length) { films[0].requestVideoFrameCallback(follow); films[0].addEventListener("ended", pause); }
  const cards = shot.takes.map((take) => {
    const index = withFilm.indexOf(take), name = `take ${take.number} (${take.provider}) of ${shot.shot}`;
    const facts = [take.model, take.seed === null ? null : `seed ${take.seed}`, `${take.credits} credits`, take.frames === null ? null : `${take.frames} frames`, take.circled ? "circled" : null].filter(Boolean);
    return make("div", {class: take.in_film ? "take in-film" : "take"},
      index >= 0 ? films[index] : null,
      make("strong", {}, `Take ${take.number}, ${take.provider}${take.in_film ? ": in the film" : ""}`),
      make("p", {class: "facts"}, facts.join(", ")),
      take.prompt && take.prompt !== shot.prompt ? make("p", {class: "prompt"}, take.prompt) : null,
      verdicts("takes", {shot: shot.shot, provider: take.provider, number: take.number}, ["shot", "provider", "number"], [["circled", "Circle", "good"], ["rejected", "Reject", "bad"]], name));
  });
  const fill = () => films.forEach((film, index) => { if (!film.src) { film.preload = "auto"; film.src = source(withFilm[index].film); seek(film, index, 0); } });
  const control = films.length ? make("div", {class: "bar"},
    make("button", {type: "button", "aria-label": `One frame back, all takes of ${shot.shot}`, onclick: () => { pause(); all(at - 1); }}, "‹"),
    make("button", {type: "button", "aria-label": `Play / stop: all takes of ${shot.shot}`, onclick: () => (playing ? pause() : play())}, "Play / stop"),
    make("button", {type: "button", "aria-label": `One frame on, all takes of ${shot.shot}`, onclick: () => { pause(); all(at + 1); }}, "›"), status) : null;
  const block = make("details", {class: "of-takes"}, make("summary", {}, `${shot.takes.length} take${shot.takes.length === 1 ? "" : "s"}`), control, make("div", {class: "takes"}, ...cards));
  block.addEventListener("toggle", () => { if (block.open) fill(); else if (playing) pause(); });
  return block;
}
function shotEntry(shot) {
  const take = shot.takes.find((one) => one.in_film);
  return {shot: shot.shot, provider: take ? take.provider : null, number: take ? take.number : null};
}
function shotCard(shot) {
  return make("article", {class: isOver(shot.findings) ? "card over" : "card", id: `shot-${page.shots.indexOf(shot)}`},
    make("header", {}, make("h3", {}, shot.shot), make("span", {class: "facts"}, `${timecode(shot.start)} – ${timecode(shot.stop)}, ${shot.source}`)),
    make("div", {class: "shot-body"},
      make("div", {}, make("img", {class: "shot-picture", src: shot.picture.file, alt: `${shot.shot}, frame ${shot.picture.frame}`, loading: "lazy"}),
        make("div", {class: "bar"}, make("button", {type: "button", "aria-label": `Go there: shot ${shot.shot}`, onclick: () => { goTo(shot.start); find("film").scrollIntoView(); }}, "Go there"))),
      make("div", {}, shot.prompt ? make("p", {class: "prompt"}, shot.prompt) : null, make("p", {class: "facts"}, shot.facts.join(", ")), findingsBlock(shot.findings),
        verdicts("shots", shotEntry(shot), ["shot"], [["approved", "Approve", "good"], ["rejected", "Reject", "bad"]], `shot ${shot.shot}`))),
    shot.takes.length ? takesBlock(shot) : null);
}

/* Keys. */
const decideShot = (verdict) => decide("shots", {...shotEntry(shotAt(current)), verdict}, ["shot"]);
const seams = page.seams.map((seam) => seam.frame);
const KEYS = {
  "l": ["play; again: twice as fast", forward],
  "k": ["stop", stop],
  "j": ["play backwards; again: twice as fast", backward],
  " ": ["play or stop", () => (video.paused && !backwards ? forward() : stop())],
  ",": ["one frame back", () => step(-1)],
  ".": ["one frame on", () => step(1)],
  "ArrowLeft": ["one frame back", () => step(-1)],
  "ArrowRight": ["one frame on", () => step(1)],
  "<": ["one second back", () => step(-Math.round(rate))],
  ">": ["one second on", () => step(Math.round(rate))],
  "[": ["to the seam before", () => step((seams.findLast((frame) => frame < current) ?? 0) - current)],
  "]": ["to the next seam", () => step((seams.find((frame) => frame > current) ?? page.frames - 1) - current)],
  "Home": ["to the beginning", () => step(-current)],
  "End": ["to the end", () => step(page.frames)],
  "x": ["play across the nearest seam", () => { if (seams.length) across(seams.reduce((one, other) => (Math.abs(other - current) < Math.abs(one - current) ? other : one))); }],
  "a": ["approve the shot", () => decideShot("approved")],
  "r": ["reject the shot", () => decideShot("rejected")],
  "n": ["write a note here", () => { stop(); find("note-text").focus(); }],
  "s": ["save decisions", save],
  "?": ["show the keys", () => find("keys-open").click()],
};
const NAMED = {" ": "Space", ArrowLeft: "←", ArrowRight: "→"};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target.matches("input, textarea, select")) { if (event.key === "Escape") target.blur(); return; }
  // Those keys belong to what has the focus.
  if (event.key === " " && target.closest("button, summary, label, a")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!Object.hasOwn(KEYS, key)) return;
  event.preventDefault();
  KEYS[key][1]();
});
document.querySelectorAll("[data-key]").forEach((button) => button.addEventListener("click", () => KEYS[button.dataset.key][1]()));

/* The theme. */
const THEMES = ["system", "light", "dark"];
function theme(name) {
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  find("theme").textContent = `Theme: ${name}`;
  try { localStorage.setItem("stitcher-review-theme", name); } catch { /* Not kept, and shown all the same. */ }
  draw();
}
find("theme").addEventListener("click", () => theme(THEMES[(THEMES.indexOf(document.documentElement.dataset.theme || "system") + 1) % 3]));

find("save").addEventListener("click", save);
find("load").addEventListener("change", (event) => { if (event.target.files[0]) load(event.target.files[0]); event.target.value = ""; });
find("keys-open").addEventListener("click", () => { const keys = find("keys"); keys.hidden = !keys.hidden; find("keys-open").setAttribute("aria-expanded", !keys.hidden); });
find("keys").append(make("dl", {}, ...Object.entries(KEYS).flatMap(([key, [text]]) => [make("dt", {}, make("kbd", {}, NAMED[key] || key.toUpperCase())), make("dd", {}, text)])));

find("title").textContent = page.title;
find("about").textContent = `${page.shots.length} shot${page.shots.length === 1 ? "" : "s"}, ${page.frames} frames (${timecode(page.frames, 0)}), ${page.size[0]}×${page.size[1]} at ${rate.toFixed(3).replace(/\.?0+$/, "")} frames a second`;
if (page.served) fetchKept(); else restore();
layAxis();
find("seams").append(...page.seams.map(seamCard));
if (!page.seams.length) find("seams").append(make("p", {class: "hint"}, "The film has a single shot."));
find("shots").append(...page.shots.map(shotCard));
if (page.notes.length) { find("remarks").hidden = false; find("remark-list").append(...page.notes.map((note) => make("li", {}, note))); }
let held = "system";
try { held = localStorage.getItem("stitcher-review-theme") || "system"; } catch { /* As the system has it. */ }
theme(THEMES.includes(held) ? held : "system");
showDecisions();
showPlace();
video.src = source(page.film);
video.requestVideoFrameCallback(watch);
window.addEventListener("resize", draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
