// What needs a script: the search button of the home page, a filter above long lists, and a
// correction of the theme's copy buttons. Without it every page is complete.
(function () {
  "use strict";

  function searchButton(button) {
    var input = document.querySelector("[data-md-component=search-query]");
    // Browsers don't let a page on disk load the search index.
    if (!input || location.protocol === "file:") return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var toggle = document.querySelector("[data-md-toggle=search]");
      if (toggle && !toggle.checked) toggle.click();
      input.focus();
    });
  }

  function listFilter(lists) {
    var items = [];
    lists.forEach(function (list) {
      items = items.concat(Array.from(list.children));
    });
    if (items.length < 8) return;

    var box = document.createElement("p");
    box.className = "gk-filter";
    var label = document.createElement("label");
    label.textContent = "Filter this list ";
    var input = document.createElement("input");
    input.type = "search";
    input.placeholder = "a word, a tag, a severity";
    var count = document.createElement("output");
    count.setAttribute("aria-live", "polite");
    label.appendChild(input);
    box.append(label, count);
    document.querySelector(".gk-head").after(box);

    var texts = items.map(function (item) {
      return item.textContent.toLowerCase();
    });
    function update() {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      items.forEach(function (item, index) {
        var matches = words.every(function (word) {
          return texts[index].includes(word);
        });
        item.hidden = !matches;
        if (matches) shown += 1;
      });
      lists.forEach(function (list) {
        var group = list.closest(".gk-group") || list;
        var empty = !list.querySelector(":scope > :not([hidden])");
        group.hidden = empty;
        var heading = group.previousElementSibling;
        if (heading && heading.tagName === "H2") heading.hidden = empty;
      });
      count.textContent = words.length ? shown + " of " + items.length : items.length + " in all";
    }
    input.addEventListener("input", update);
    update();
  }

  // The theme puts each copy button into a navigation landmark without a name.
  function namelessLandmarks() {
    document.querySelectorAll("nav.md-code__nav:not([role])").forEach(function (nav) {
      nav.setAttribute("role", "none");
    });
  }

  var article = document.querySelector("article");
  if (article) {
    new MutationObserver(namelessLandmarks).observe(article, { childList: true, subtree: true });
    namelessLandmarks();
  }
  document.querySelectorAll("[data-gk-search]").forEach(searchButton);
  listFilter(Array.from(document.querySelectorAll("[data-gk-list]")));
})();
