// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Issuers of OpenID Connect for tests, which are those of oidc-provider with its own pages. The program writes its port, and ends with
// standard input. POST /issuers makes an issuer: {"issuer", its URL as browsers see it; "people", the claims of everybody who may log in; and
// "in_token", whether ID tokens have all of them}. It answers requests whose Host is that of its URL.
//
// Environment: PACKAGES, the folder of oidc-provider.
import { createServer } from "node:http";

const { PACKAGES } = process.env;
console.info = console.warn = () => {}; // oidc-provider warns of what is right for tests only
const { default: Provider } = await import(PACKAGES + "/oidc-provider/lib/index.js");

const issuers = new Map();

function make({ issuer, people, in_token }) {
  const provider = new Provider(issuer, {
    claims: { openid: ["sub"], email: ["email", "email_verified"], groups: ["groups"] },
    conformIdTokenClaims: !in_token,
    features: { registration: { enabled: true } },
    findAccount: (_, id) => people[id] && { accountId: id, claims: async () => ({ ...people[id], sub: id }) },
    pkce: { required: () => true },
  });
  provider.on("server_error", (_, error) => console.error(error));
  issuers.set(new URL(issuer).host, provider.callback());
}

const server = createServer(async (request, response) => {
  const issuer = issuers.get(request.headers.host);
  if (issuer) return issuer(request, response);
  let body = "";
  for await (const part of request) body += part;
  make(JSON.parse(body));
  response.writeHead(201).end();
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("close", () => process.exit(0)).resume();
