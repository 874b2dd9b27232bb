// A program that imports this file has not read the declarations beside it.
/// <reference path="./untyped-modules.d.ts" />
import Connection from 'kafkajs/src/network/connection.js';

let installed = false;

/**
 * kafkajs 2.2.4 keeps the rest of what it has read, also where nothing is left, and then copies the next response in order
 * to put it behind that nothing. With this it takes the responses of `framedSocket` as they are.
 */
export function installWholeResponses(): void {
  if (installed) return;
  installed = true;
  const { processData } = Connection.prototype;
  Connection.prototype.processData = function (data) {
    if (this.bytesBuffered === 0) this.chunks = [];
    processData.call(this, data);
  };
}
