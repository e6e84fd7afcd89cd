/* Vendored files are what the manifest says, byte for byte, and carry their licences. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const FOLDER = new URL("../../static/vendor/", import.meta.url);
const packages = JSON.parse(readFileSync(new URL("manifest.json", FOLDER), "utf8"));

for (const { name, version, licence, files } of packages) {
  test(`${name} ${version} is unchanged and has its licence (${licence})`, () => {
    for (const { file, sha256 } of files) {
      const found = createHash("sha256").update(readFileSync(new URL(file, FOLDER))).digest("hex");
      assert.equal(found, sha256, file);
    }
    const beside = readdirSync(new URL(`${name}-${version}/`, FOLDER)).sort();
    assert.deepEqual(files.map(({ file }) => file.split("/")[1]).sort(), beside);
    assert.ok(beside.includes("LICENSE"));
  });
}

test("every folder is in the manifest", () => {
  const folders = readdirSync(FOLDER).filter((entry) => entry !== "manifest.json").sort();
  assert.deepEqual(packages.map(({ name, version }) => `${name}-${version}`).sort(), folders);
});

test("the decoder's worker loads the vendored reader", () => {
  const worker = readFileSync(new URL("../door/decoder-worker.js", FOLDER), "utf8");
  const { version } = packages.find(({ name }) => name === "zxing-wasm");
  assert.ok(worker.includes(`vendor/zxing-wasm-${version}/`));
});
