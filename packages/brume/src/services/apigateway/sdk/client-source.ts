/**
 * The generated client but for what is an API's own: JavaScript for browsers, as a script, and for Node,
 * with what both have. Its interface is that of AWS's: `apigClientFactory.newClient(settings)`, and a function
 * for each method that takes parameters, a body, and further headers and query parameters.
 */
export const CLIENT_SOURCE = String.raw`
var apigClientFactory = (function () {
  'use strict';

  var encoder = new TextEncoder();

  function newClient(settings) {
    settings = settings || {};
    var client = {};
    methods.forEach(function (method) {
      client[method.name] = function (params, body, additional) {
        return call(method, settings, params || {}, body, additional || {});
      };
    });
    return client;
  }

  async function call(method, settings, params, body, additional) {
    var query = Object.entries(additional.queryParams || {});
    var headers = Object.assign({ accept: 'application/json' }, lowerCased(additional.headers));
    var path = method.path.replace(/\{([^}+]*)(\+?)\}/g, function (whole, name, greedy) {
      var value = String(params[name] === undefined ? '' : params[name]);
      return greedy ? value.split('/').map(encode).join('/') : encode(value);
    });
    Object.keys(method.parameters).forEach(function (name) {
      if (params[name] === undefined) return;
      if (method.parameters[name] === 'querystring') query.push([name, params[name]]);
      if (method.parameters[name] === 'header') headers[name.toLowerCase()] = String(params[name]);
    });
    if (settings.apiKey) headers['x-api-key'] = settings.apiKey;
    var request = { method: method.verb, headers: headers };
    var isBodyless = method.verb === 'GET' || method.verb === 'HEAD';
    if (!isBodyless && body !== undefined && body !== null && body !== '') {
      request.body = typeof body === 'string' ? body : JSON.stringify(body);
      headers['content-type'] = headers['content-type'] || 'application/json';
    }
    var url = new URL(endpoint + path);
    url.search = query.map(function (pair) {
      return encode(pair[0]) + '=' + encode(pair[1]);
    }).sort().join('&');
    if (settings.accessKey && settings.secretKey) await sign(request, url, settings);
    return answerOf(await fetch(url, request));
  }

  async function answerOf(response) {
    var text = await response.text();
    var data = text;
    try {
      data = JSON.parse(text);
    } catch (error) {
      // Not all answers are JSON.
    }
    var headers = Object.fromEntries(response.headers);
    var answer = { status: response.status, statusText: response.statusText, headers: headers, data: data };
    if (response.ok) return answer;
    var failure = new Error('Request failed with status code ' + response.status);
    failure.response = answer;
    throw failure;
  }

  /** Signature Version 4, of the service execute-api. */
  async function sign(request, url, settings) {
    var time = (new Date).toISOString().replace(/[-:]|\.\d{3}/g, '');
    var day = time.slice(0, 8);
    var scope = [day, settings.region || region, 'execute-api', 'aws4_request'].join('/');
    request.headers['x-amz-date'] = time;
    if (settings.sessionToken) request.headers['x-amz-security-token'] = settings.sessionToken;
    var signed = Object.assign({ host: url.host }, request.headers);
    var names = Object.keys(signed).sort();
    var canonical = [
      request.method,
      url.pathname.split('/').map(encode).join('/'),
      url.search.slice(1),
      names.map(function (name) { return name + ':' + signed[name].trim() + '\n'; }).join(''),
      names.join(';'),
      await sha256(request.body || ''),
    ].join('\n');
    var text = ['AWS4-HMAC-SHA256', time, scope, await sha256(canonical)].join('\n');
    var key = encoder.encode('AWS4' + settings.secretKey);
    for (var part of scope.split('/')) key = await hmac(key, part);
    request.headers.authorization =
      'AWS4-HMAC-SHA256 Credential=' + settings.accessKey + '/' + scope +
      ', SignedHeaders=' + names.join(';') +
      ', Signature=' + hex(await hmac(key, text));
  }

  async function sha256(text) {
    return hex(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
  }

  async function hmac(key, text) {
    var algorithm = { name: 'HMAC', hash: 'SHA-256' };
    var imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign']);
    return crypto.subtle.sign('HMAC', imported, encoder.encode(text));
  }

  function hex(bytes) {
    return Array.from(new Uint8Array(bytes), function (byte) {
      return byte.toString(16).padStart(2, '0');
    }).join('');
  }

  /** All but the unreserved characters of RFC 3986. */
  function encode(value) {
    return encodeURIComponent(value).replace(/[!'()*]/g, function (character) {
      return '%' + character.charCodeAt(0).toString(16).toUpperCase();
    });
  }

  function lowerCased(headers) {
    return Object.fromEntries(Object.entries(headers || {}).map(function (pair) {
      return [pair[0].toLowerCase(), String(pair[1])];
    }));
  }

  return { newClient: newClient };
})();

if (typeof module !== 'undefined' && module.exports) module.exports = apigClientFactory;
`;
