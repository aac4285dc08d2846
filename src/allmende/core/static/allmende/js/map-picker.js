/* Sets the point of a form on a map: by click, by dragging, by arrow keys, or by finding an address.
   The address field and the district alone do as well; this only spares guessing. Needs map.js before it. */
(function () {
  "use strict";
  var tools = window.AllmendeMap;
  if (!tools) { return; }
  var L = window.L;
  var STEP = 12; // pixels by an arrow key, one with Shift
  var ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  function field(box, name) { return document.getElementById(box.getAttribute("data-" + name) || ""); }

  function start(box) {
    var lat = field(box, "lat"), lon = field(box, "lon"), address = field(box, "address"), district = field(box, "district");
    if (!lat || !lon) { return; }
    var found = tools.element("ul", "map-picker__found");
    var status = tools.element("p", "small muted");
    status.setAttribute("role", "status");
    if (address) {
      address.parentNode.insertBefore(found, address.nextSibling);
      address.closest(".field").after(box); // the map stands where the place is asked
      box.classList.add("field", "field--full");
    }
    var map = tools.createMap(box, "map-picker__live");
    var marker = L.marker(map.getCenter(), { icon: tools.pinIcon(box, "pin"), draggable: true, autoPan: true });
    var fromAddress = false; // the point came with the text, so it goes with the text

    function say(name, count) { status.textContent = tools.text(box, name, count); }

    function store(place) {
      lat.value = place.lat.toFixed(5);
      lon.value = place.lng.toFixed(5);
      remove.hidden = false;
    }

    function put(place, view) {
      marker.setLatLng(place).addTo(map);
      if (view) { map.setView(place, Math.max(map.getZoom(), 16)); }
      store(marker.getLatLng());
    }

    function clear() {
      marker.remove();
      lat.value = lon.value = "";
      remove.hidden = true;
      fromAddress = false;
    }

    function button(name, act) {
      var node = tools.element("button", "button button--quiet button--small", tools.text(box, name));
      node.type = "button";
      node.addEventListener("click", act);
      return node;
    }

    var bar = tools.element("div", "cluster");
    var remove = button("remove", function () { clear(); say("removed"); });
    bar.appendChild(button("center", function () { fromAddress = false; put(map.getCenter()); marker.getElement().focus(); say("set"); }));
    bar.appendChild(remove);
    box.appendChild(bar);
    box.appendChild(status);
    remove.hidden = true;

    map.on("click", function (event) { fromAddress = false; put(event.latlng); say("set"); });
    marker.on("dragend", function () { fromAddress = false; store(marker.getLatLng()); say("set"); });
    marker.on("add", function () {
      var node = marker.getElement();
      node.setAttribute("aria-label", tools.text(box, "pin"));
      node.addEventListener("keydown", function (event) {
        var way = ARROWS[event.key];
        if (!way) { return; }
        event.preventDefault();
        event.stopPropagation();
        var step = event.shiftKey ? 1 : STEP;
        var pixel = map.latLngToContainerPoint(marker.getLatLng()).add([way[0] * step, way[1] * step]);
        fromAddress = false;
        marker.setLatLng(map.containerPointToLatLng(pixel));
        if (!map.getBounds().pad(-0.1).contains(marker.getLatLng())) { map.panTo(marker.getLatLng()); }
        store(marker.getLatLng());
        say("set");
      });
    });
    if (lat.value && lon.value) { put([Number(lat.value.replace(",", ".")), Number(lon.value.replace(",", "."))], true); }

    function choose(hit) {
      address.value = hit.label;
      put([hit.lat, hit.lon], true);
      fromAddress = true;
      if (district && hit.district) {
        var option = Array.prototype.filter.call(district.options || [], function (other) { return other.value === String(hit.district); })[0];
        if (option) { district.value = option.value; }
      }
      found.textContent = "";
      say("chosen");
      address.focus();
    }

    function show(answer) {
      var hits = answer.addresses || [];
      found.textContent = "";
      hits.slice(0, 6).forEach(function (hit) {
        var line = tools.element("li");
        var choice = tools.element("button", "", hit.label);
        choice.type = "button";
        choice.addEventListener("click", function () { choose(hit); });
        line.appendChild(choice);
        found.appendChild(line);
      });
      say(hits.length ? "found" : "nothing", Math.min(6, hits.length));
    }

    var timer = null, request = null;
    if (!address || !box.getAttribute("data-lookup")) { return; }
    address.setAttribute("autocomplete", "off");
    address.addEventListener("input", function () {
      if (fromAddress) { clear(); }
      clearTimeout(timer);
      if (request) { request.abort(); }
      var words = address.value.trim();
      if (words.length < 3) { found.textContent = ""; status.textContent = ""; return; }
      timer = setTimeout(function () {
        request = tools.fetchJson(tools.withParameters(box.getAttribute("data-lookup"), { q: words }), show);
      }, 300);
    });
  }

  /* A map needs its size: in a part of a form that is still closed it waits until somebody opens it. */
  function startWhenSeen(box) {
    var beside = field(box, "address") || box;
    var fold = beside.closest("details:not([open])");
    if (fold) { fold.addEventListener("toggle", function () { start(box); }, { once: true }); } else { start(box); }
  }

  Array.prototype.forEach.call(document.querySelectorAll(".map-picker[data-lat]"), startWhenSeen);
})();
