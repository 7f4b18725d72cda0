// Names under localhost are this machine (RFC 6761 §6.3), which not all systems' resolvers know: functions
// call APIs by them, as `https://{apiId}.execute-api.localhost:4566`.
'use strict';

const dns = require('node:dns');

const LOCAL_NAME = /\.localhost\.?$/i;
const LOOPBACK = { address: '127.0.0.1', family: 4 };

function resolveLocalNames() {
  const { lookup } = dns;
  const resolve = (name, options, callback) => {
    if (!LOCAL_NAME.test(name)) return lookup(name, options, callback);
    const answer = typeof options === 'function' ? options : callback;
    const wantsAll = typeof options === 'object' && options?.all === true;
    process.nextTick(() => {
      if (wantsAll) answer(null, [LOOPBACK]);
      else answer(null, LOOPBACK.address, LOOPBACK.family);
    });
    return {};
  };
  // What makes a promise of it when it is asked for one.
  dns.lookup = Object.defineProperties(resolve, Object.getOwnPropertyDescriptors(lookup));
  const { lookup: promise } = dns.promises;
  dns.promises.lookup = async (name, options) => {
    if (!LOCAL_NAME.test(name)) return promise(name, options);
    return options?.all ? [LOOPBACK] : LOOPBACK;
  };
}

module.exports = { resolveLocalNames };
