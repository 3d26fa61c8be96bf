// This file replaces https://cdn.omise.co/omise.js in tests. It has the functions that
// make tokens and sources, at the fake that serves this file. A page loads it in place of
// the real file and needs no other change.
(function () {
  "use strict";

  var server = new URL(document.currentScript.src).origin;
  var publicKey = "";

  function post(path, values, answer) {
    fetch(server + path, {
      method: "POST",
      headers: { "Authorization": "Basic " + btoa(publicKey + ":"), "Content-Type": "application/json" },
      body: JSON.stringify(values),
    }).then(function (response) {
      return response.json().then(function (object) { answer(response.status, object); });
    }, function (problem) {
      answer(0, { object: "error", code: "network_error", message: String(problem) });
    });
  }

  window.Omise = {
    setPublicKey: function (key) { publicKey = key; },
    createToken: function (kind, values, answer) {
      var token = {};
      token[kind] = values;
      post("/tokens", token, answer);
    },
    createSource: function (type, values, answer) {
      post("/sources", Object.assign({ type: type }, values), answer);
    },
  };
})();
