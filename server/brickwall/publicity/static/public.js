/* Only comfort: every page works without this file. ES5, for Chrome 70 and iOS 12. */
(function () {
  "use strict";
  var doc = document, root = doc.documentElement, shelf = null;
  try { shelf = window.localStorage; shelf.getItem("draft"); } catch (refused) { shelf = null; }

  function each(selector, act) { Array.prototype.forEach.call(doc.querySelectorAll(selector), act); }

  /* Letters: the server sets the class when it can; files from a plain web server cannot. */
  function setBig(on) {
    root.className = on ? "big" : "std";
    doc.cookie = "big=" + (on ? "1" : "0") + ";path=/;max-age=31536000;samesite=lax" + (location.protocol === "https:" ? ";secure" : "");
  }
  if (/(^|; )big=1/.test(doc.cookie)) { root.className = "big"; }
  each("a.size", function (link) {
    link.addEventListener("click", function (event) {
      event.preventDefault();
      setBig(link.className.indexOf("on") > 0);
      each("a.size", function (other) { if (other !== link) { other.focus(); } });
    });
  });

  /* Read aloud, where the phone can speak. */
  var voice = window.speechSynthesis, tools = doc.querySelector(".tools");
  function sentences() {
    var text = [];
    each("h1,.who,.no,.plain>p,main h2,main h3,main p,main section[aria-label],.chain time,.truths li,.facts div,.bars li", function (part) {
      if (part.closest && part.closest("form,details:not([open])")) { return; }
      text.push(part.getAttribute("aria-label") || part.innerText);
    });
    return text.join("。").split(/[。；\n]+/).filter(function (part) { return part.trim(); });
  }
  function speak(button) {
    if (voice.speaking) { voice.cancel(); button.textContent = "读给我听"; return; }
    var parts = sentences();
    parts.forEach(function (part, index) {
      var words = new window.SpeechSynthesisUtterance(part);
      words.lang = "zh-CN";
      words.rate = 0.9;
      if (index === parts.length - 1) { words.onend = function () { button.textContent = "读给我听"; }; }
      voice.speak(words);
    });
    button.textContent = "不读了";
  }
  if (voice && window.SpeechSynthesisUtterance && tools && doc.querySelector("h1")) {
    var button = doc.createElement("button");
    button.type = "button";
    button.textContent = "读给我听";
    button.addEventListener("click", function () { speak(button); });
    tools.insertBefore(button, tools.querySelector(".size"));
    window.addEventListener("pagehide", function () { voice.cancel(); });
  }

  /* Ratings: one tap counts once, and a dropped answer is asked for again under the same key. */
  function newKey() {
    var bytes = new Uint8Array(16);
    (window.crypto || window.msCrypto).getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  }
  function encode(form, value) {
    var pairs = ["value=" + encodeURIComponent(value)];
    Array.prototype.forEach.call(form.elements, function (field) {
      if (field.name && field.name !== "value") { pairs.push(encodeURIComponent(field.name) + "=" + encodeURIComponent(field.value)); }
    });
    return pairs.join("&");
  }
  function show(answer) {
    var page = new DOMParser().parseFromString(answer.responseText, "text/html");
    var fresh = page.querySelector("main"), old = doc.querySelector("main");
    if (!fresh) { location.reload(); return; }
    each("header", function (part) { part.parentNode.removeChild(part); });
    var header = page.querySelector("header");
    if (header) { old.parentNode.insertBefore(header, old); }
    old.parentNode.replaceChild(fresh, old);
    doc.title = page.title;
    window.scrollTo(0, 0);
    var heading = doc.querySelector("h1");
    if (heading) { heading.tabIndex = -1; heading.focus(); }
  }
  function send(form, box, body, key, attempt) {
    var request = new XMLHttpRequest(), note = box.querySelector("p");
    function again() {
      if (attempt >= 6 && request.status) { show(request); return; }
      if (attempt >= 6) {
        box.removeAttribute("aria-busy");
        form.sending = false;
        note.textContent = "信号不好，还没有送到。您可以再点一次，只会算一票。";
        return;
      }
      note.textContent = "信号不好，正在再送一次（第 " + (attempt + 1) + " 次）…";
      setTimeout(function () { send(form, box, body, key, attempt + 1); }, 700 * Math.pow(1.8, attempt));
    }
    request.open("POST", form.action);
    request.timeout = 20000;
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.setRequestHeader("Accept", "text/html");
    request.setRequestHeader("Idempotency-Key", key);
    request.onload = function () {
      if (request.status >= 500) { again(); return; }
      /* The first tap of a phone only brings its mark; the same tap again counts. */
      if (request.getResponseHeader("X-Device-Mark") === "new" && !form.marked) {
        form.marked = true;
        send(form, box, body + "&marked=1", key, attempt);
        return;
      }
      show(request);
    };
    request.onerror = request.ontimeout = again;
    request.send(body);
  }
  each("form[data-rate]", function (form) {
    var box = form.parentNode, chosen = "", key = "", older = [];
    box.querySelector("p").setAttribute("role", "status");
    Array.prototype.forEach.call(form.querySelectorAll("button"), function (face) {
      face.addEventListener("click", function (event) {
        event.preventDefault();
        if (form.sending) { return; }
        form.sending = true;
        box.setAttribute("aria-busy", "true");
        if (chosen !== face.value || !key) {
          /* A tap whose answer never came must not arrive late and undo this one. */
          if (key) { older.push(key); }
          chosen = face.value;
          key = newKey();
        }
        box.querySelector("p").textContent = "正在送出…";
        send(form, box, encode(form, face.value) + "&supersedes=" + older.slice(-8).join("+"), key, 0);
      });
    });
  });

  /* Feedback: what was typed is still there after a lost page; gone once it has been sent. */
  each("textarea[data-draft]", function (area) {
    var name = "draft:" + area.getAttribute("data-draft");
    if (!shelf) { return; }
    if (!area.value) { area.value = shelf.getItem(name) || ""; }
    area.addEventListener("input", function () { shelf.setItem(name, area.value); });
  });
  each("[data-sent]", function (mark) { if (shelf) { shelf.removeItem("draft:" + mark.getAttribute("data-sent")); } });
})();
