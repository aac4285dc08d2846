/* Maps for people whose browser runs scripts: turns the drawing inside .map into one that moves.
   Every page has the same content as a list, and the drawing is a map of links, so nothing depends on this file.
   Texts come from data-text-… of the element. What it offers to map-picker.js is window.AllmendeMap. */
(function () {
  "use strict";
  if (!window.L) { return; }
  var L = window.L;
  var TOUCH = 44; // pixels: pins nearer than this are shown as one, so that each can be hit
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  var darkness = window.matchMedia("(prefers-color-scheme: dark)");
  var byKeyboard = false;
  document.addEventListener("keydown", function () { byKeyboard = true; }, true);
  document.addEventListener("pointerdown", function () { byKeyboard = false; }, true);

  function text(box, name, count) {
    return (box.getAttribute("data-text-" + name) || "").replace("{count}", count);
  }

  function element(tag, className, content) {
    var node = document.createElement(tag);
    node.className = className || "";
    if (content) { node.textContent = content; }
    return node;
  }

  function fetchJson(url, done) {
    var request = new XMLHttpRequest();
    request.open("GET", url);
    request.setRequestHeader("Accept", "application/json");
    request.onload = function () {
      if (request.status !== 200) { return; }
      var answer;
      try { answer = JSON.parse(request.responseText); } catch (error) { return; }
      done(answer);
    };
    request.send();
    return request;
  }

  function withParameters(url, parameters) {
    return url + (url.indexOf("?") < 0 ? "?" : "&") + Object.keys(parameters).map(function (name) {
      return name + "=" + encodeURIComponent(parameters[name]);
    }).join("&");
  }

  function isDark() {
    var theme = document.documentElement.getAttribute("data-theme");
    return theme ? theme === "dark" : darkness.matches;
  }

  function addTiles(map, box) {
    function url() { return box.getAttribute(isDark() && box.getAttribute("data-tiles-dark") ? "data-tiles-dark" : "data-tiles"); }
    if (!url()) { return; }
    var layer = L.tileLayer(url(), {
      minZoom: map.getMinZoom(), maxZoom: map.getMaxZoom(), noWrap: true, attribution: text(box, "attribution") || "© OpenStreetMap-Mitwirkende"
    }).addTo(map);
    function change() { layer.setUrl(url()); }
    darkness.addEventListener("change", change);
    new MutationObserver(change).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }

  function boundsOf(value) { // "west,south,east,north"
    var parts = (value || "").split(",").map(Number);
    return parts.length === 4 && !parts.some(isNaN) ? L.latLngBounds([parts[1], parts[0]], [parts[3], parts[2]]) : null;
  }

  /* A Leaflet map in a new child of the box: own words, no foreign link, the wheel scrolls the page until the map is used. */
  function createMap(box, className) {
    var live = element("div", className);
    box.appendChild(live);
    live.setAttribute("role", "region");
    live.setAttribute("aria-label", text(box, "label"));
    var bounds = boundsOf(box.getAttribute("data-bounds"));
    var center = (box.getAttribute("data-center") || "51,10").split(",").map(Number);
    var map = L.map(live, {
      zoomControl: false, minZoom: 11, maxZoom: 18, scrollWheelZoom: false, zoomAnimation: !calm, fadeAnimation: !calm, inertia: !calm,
      maxBounds: bounds ? bounds.pad(0.6) : null, maxBoundsViscosity: 0.8
    });
    map.attributionControl.setPrefix(false);
    L.control.zoom({ zoomInTitle: text(box, "zoom-in"), zoomOutTitle: text(box, "zoom-out"), position: "topleft" }).addTo(map);
    map.on("focus click", function () { map.scrollWheelZoom.enable(); });
    map.on("blur", function () { map.scrollWheelZoom.disable(); });
    if (bounds && !box.hasAttribute("data-zoom")) { map.setView(bounds.getCenter(), map.getBoundsZoom(bounds.pad(-0.07))); } else { map.setView(center, Number(box.getAttribute("data-zoom")) || 13); }
    addTiles(map, box);
    return map;
  }

  function pinIcon(box, icon) {
    var sprite = box.getAttribute("data-icons");
    var name = /^[a-z-]+$/.test(icon || "") ? icon : "pin";
    var drawing = sprite ? '<svg class="map-pin__icon" viewBox="0 0 24 24" aria-hidden="true"><use href="' + encodeURI(sprite) + "#" + name + '"></use></svg>' : "";
    return L.divIcon({
      className: "map-pin", iconSize: [34, 44], iconAnchor: [17, 43],
      html: '<svg class="map-pin__drop" viewBox="-17 -43 34 44" aria-hidden="true"><path d="M0 0C-3-10-15-15-15-27a15 15 0 1 1 30 0C15-15 3-10 0 0z"/></svg>' + drawing
    });
  }

  /* Stands as high above its place as the head of a pin, so that both keep the same distance from each other. */
  function clusterIcon(label) {
    var size = 34 + Math.min(16, 4 * label.length);
    return L.divIcon({ className: "map-cluster", html: label, iconSize: [size, size], iconAnchor: [size / 2, size / 2 + 20] });
  }

  /* Points that would lie upon each other become one group: {points, count, minimum, bounds, lat, lon}. */
  function grouped(map, points) {
    var groups = [];
    points.forEach(function (point) {
      var place = map.latLngToLayerPoint([point.lat, point.lon]);
      var group = groups.filter(function (other) { return other.place.distanceTo(place) < TOUCH; })[0];
      if (!group) {
        group = { place: place, lat: point.lat, lon: point.lon, points: [], count: 0, minimum: false, bounds: L.latLngBounds([]) };
        groups.push(group);
      }
      group.points.push(point);
      group.count += point.count || 1;
      group.minimum = group.minimum || !!point.count_is_minimum;
      group.bounds.extend(point.bounds ? L.latLngBounds(point.bounds) : [point.lat, point.lon]);
    });
    return groups.sort(function (a, b) { return b.lat - a.lat; });
  }

  function keyOf(group) {
    return group.lat + "/" + group.lon + "/" + group.count + "/" + group.points.map(function (point) { return point.id || ""; }).join();
  }

  function popupOf(box, group) {
    var popup = element("div", "map-popup");
    var entries = group.points.filter(function (point) { return point.url; });
    function link(point, tag) {
      var line = element(tag, "map-popup__title");
      var anchor = element("a", "", point.title);
      anchor.href = point.url;
      line.appendChild(anchor);
      if (point.note) { line.appendChild(element("div", "muted", point.note)); }
      return line;
    }
    if (entries.length === 1) { popup.appendChild(link(entries[0], "p")); return popup; }
    popup.appendChild(element("p", "map-popup__title", text(box, "entries", group.count)));
    var list = element("ul");
    entries.forEach(function (point) { list.appendChild(link(point, "li")); });
    popup.appendChild(list);
    return popup;
  }

  function showPoints(map, box) {
    var markers = {}; // by key of their group
    var request = null;
    var status = element("p", "map-count");
    status.setAttribute("role", "status");
    box.appendChild(status);
    var ring = L.circleMarker([0, 0], { radius: 20, className: "map-ring", interactive: false });

    function cards(id) { return document.querySelectorAll('[data-map-entry="' + id + '"]'); }

    function mark(group, active) {
      group.points.forEach(function (point) {
        if (!/^\w+$/.test(point.id || "")) { return; }
        Array.prototype.forEach.call(cards(point.id), function (card) { card.classList.toggle("is-active", active); });
      });
    }

    function open(marker) {
      var group = marker.group;
      var single = group.points.length === 1 && !group.points[0].count;
      var inside = group.bounds.pad(0.2);
      var spread = group.bounds.getNorthEast().distanceTo(group.bounds.getSouthWest()) > 5;
      if (!single && spread && map.getZoom() < map.getMaxZoom()) {
        var zoom = Math.max(map.getZoom() + 1, map.getBoundsZoom(inside));
        map.setView(inside.getCenter(), Math.min(zoom, map.getMaxZoom()));
        return;
      }
      var byKey = byKeyboard;
      var popup = L.popup({ offset: [0, -36], maxWidth: 300, autoPanPadding: [16, 16] }).setLatLng(marker.getLatLng()).setContent(popupOf(box, group));
      popup.openOn(map);
      var close = popup.getElement().querySelector(".leaflet-popup-close-button");
      if (close) { close.setAttribute("aria-label", text(box, "close")); close.setAttribute("title", text(box, "close")); }
      var first = popup.getElement().querySelector(".map-popup a");
      if (byKey && first) { first.focus(); }
      popup.getElement().addEventListener("keydown", function (event) { if (event.key === "Escape") { popup.remove(); } });
      popup.on("remove", function () { if (byKeyboard && marker.getElement()) { marker.getElement().focus(); } });
    }

    function add(group) {
      var single = group.points.length === 1 && !group.points[0].count;
      var number = group.count + (group.minimum ? "+" : "");
      var label = single ? group.points[0].title : text(box, "entries", number);
      var icon = single ? pinIcon(box, group.points[0].icon) : clusterIcon(number);
      var marker = L.marker([group.lat, group.lon], { icon: icon, riseOnHover: true });
      marker.group = group;
      marker.on("click", function () { open(marker); });
      marker.on("add", function () {
        var node = marker.getElement();
        node.setAttribute("aria-label", label);
        node.setAttribute("title", label);
        node.addEventListener("keydown", function (event) {
          if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); open(marker); }
        });
        ["mouseenter", "focus"].forEach(function (name) { node.addEventListener(name, function () { mark(group, true); }); });
        ["mouseleave", "blur"].forEach(function (name) { node.addEventListener(name, function () { mark(group, false); }); });
      });
      return marker.addTo(map);
    }

    function draw(answer) {
      var next = {};
      grouped(map, answer.points || []).forEach(function (group) {
        var key = keyOf(group);
        next[key] = markers[key] || add(group); // kept ones keep their focus
        delete markers[key];
      });
      Object.keys(markers).forEach(function (key) {
        if (markers[key].getElement() === document.activeElement) { map.getContainer().focus({ preventScroll: true }); }
        markers[key].remove();
      });
      markers = next;
      var view = map.getBounds();
      var count = Object.keys(markers).reduce(function (sum, key) {
        return sum + (view.contains(markers[key].getLatLng()) ? markers[key].group.count : 0);
      }, 0);
      status.textContent = text(box, answer.count_is_minimum ? "count-minimum" : count ? "count" : "none", count);
    }

    function load() {
      if (request) { request.abort(); }
      var parameters = { z: map.getZoom(), bbox: map.getBounds().pad(0.15).toBBoxString() };
      request = fetchJson(withParameters(box.getAttribute("data-points"), parameters), draw);
    }

    function highlight(card, active) {
      var id = card.getAttribute("data-map-entry");
      var lat = parseFloat(card.getAttribute("data-lat")), lon = parseFloat(card.getAttribute("data-lon"));
      var found = Object.keys(markers).map(function (key) { return markers[key]; }).filter(function (marker) {
        return marker.group.points.some(function (point) { return String(point.id) === id; });
      })[0];
      if (found) {
        found.getElement().classList.toggle("is-active", active);
        found.setZIndexOffset(active ? 1000 : 0);
      } else if (active && !isNaN(lat) && !isNaN(lon)) { ring.setLatLng([lat, lon]).addTo(map); }
      if (!active) { ring.remove(); }
    }

    Array.prototype.forEach.call(document.querySelectorAll("[data-map-entry]"), function (card) {
      [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]].forEach(function (pair) {
        card.addEventListener(pair[0], function () { highlight(card, pair[1]); });
      });
    });
    var timer = null;
    map.on("moveend", function () { clearTimeout(timer); timer = setTimeout(load, 150); });
    load();
  }

  function filterUrl(slug) {
    var parts = window.location.search.slice(1).split("&").filter(function (part) { return part && !/^(district|page|next)=/.test(part); });
    return window.location.pathname + "?" + parts.concat("district=" + encodeURIComponent(slug)).join("&");
  }

  /* Districts can be clicked; the feature with the property "border" dims what lies outside the region. */
  function showDistricts(map, box) {
    function near() { map.getContainer().classList.toggle("map-close", map.getZoom() > 15); }
    map.on("zoomend", near);
    near();
    var chosen = (/(?:^|[?&])district=([^&]*)/.exec(window.location.search) || [])[1];
    fetchJson(box.getAttribute("data-districts"), function (answer) {
      L.geoJSON(answer, {
        filter: function (feature) { return !feature.properties.border; },
        style: function (feature) {
          return { className: "map-district" + (chosen && decodeURIComponent(chosen) === feature.properties.slug ? " map-district--active" : "") };
        },
        onEachFeature: function (feature, layer) {
          layer.bindTooltip(element("span", "", feature.properties.name), { sticky: true });
          function go() { window.location.assign(feature.properties.url || filterUrl(feature.properties.slug)); }
          layer.on("click", go);
          layer.on("add", function () {
            var node = layer.getElement();
            node.setAttribute("role", "link");
            node.setAttribute("tabindex", "0");
            node.setAttribute("aria-label", feature.properties.name);
            node.addEventListener("keydown", function (event) { if (event.key === "Enter") { go(); } });
          });
        }
      }).addTo(map);
      (answer.features || []).filter(function (feature) { return feature.properties.border; }).forEach(function (feature) {
        var holes = feature.geometry.type === "Polygon" ? [feature.geometry.coordinates] : feature.geometry.coordinates;
        var rings = [[[-85, -180], [-85, 180], [85, 180], [85, -180]]].concat(holes.map(function (part) { return L.GeoJSON.coordsToLatLngs(part[0]); }));
        L.polygon(rings, { className: "map-outside", interactive: false, stroke: false }).addTo(map).bringToBack();
        L.geoJSON(feature, { interactive: false, style: { className: "map-border", fill: false } }).addTo(map);
      });
    });
  }

  window.AllmendeMap = { createMap: createMap, pinIcon: pinIcon, fetchJson: fetchJson, withParameters: withParameters, element: element, text: text };

  Array.prototype.forEach.call(document.querySelectorAll(".map[data-tiles]"), function (box) {
    var drawing = box.querySelector(".map-static");
    var map = createMap(box, "map__live");
    if (drawing) { box.removeChild(drawing); map.invalidateSize(); }
    if (box.getAttribute("data-districts")) { showDistricts(map, box); }
    if (box.getAttribute("data-points")) { showPoints(map, box); }
  });
})();
