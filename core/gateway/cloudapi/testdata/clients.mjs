// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Two clients of the Cloud API, as they are on npm, send a message of each kind to the gateway and take its webhooks. The program writes a
// line of JSON for each call: {"client", "call", "ok", ...}. It ends when its standard input ends.
//
// Environment: GATEWAY (the URL), TOKEN, APP_SECRET, VERIFY_TOKEN, NUMBER, ACCOUNT.
import { createServer } from "node:http";
import { createRequire } from "node:module";

// The clients are where the environment says, and not beside this file.
const require = createRequire(process.env.CLIENTS + "/");
const kapso = require("@kapso/whatsapp-cloud-api");
const kapsoServer = require("@kapso/whatsapp-cloud-api/server");
const { WhatsAppAPI } = await import(process.env.CLIENTS + "/whatsapp-api-js/lib/middleware/node-http.js");
const m = await import(process.env.CLIENTS + "/whatsapp-api-js/lib/messages/index.js");

const { GATEWAY, TOKEN, APP_SECRET, VERIFY_TOKEN, NUMBER, ACCOUNT } = process.env;
const say = (o) => process.stdout.write(JSON.stringify(o) + "\n");
const to = "16505551234";
const link = "https://example.com/a.png";

// call makes a call of a client and writes what it returned. Both clients throw or return an error as they please.
async function call(client, name, f) {
  try {
    const r = await f();
    say({ client, call: name, ok: !r?.error, id: r?.messages?.[0]?.id, answer: r });
    return r;
  } catch (e) {
    say({ client, call: name, ok: false, code: e.code, category: e.category, details: e.details, retry: e.retry?.action, error: String(e.message ?? e) });
  }
}

const first = new kapso.WhatsAppClient({ baseUrl: GATEWAY, accessToken: TOKEN });
const second = new WhatsAppAPI({
  token: TOKEN, appSecret: APP_SECRET, webhookVerifyToken: VERIFY_TOKEN, v: "v24.0",
  // The host is fixed in this client, but its fetch is not.
  ponyfill: { fetch: (url, init) => fetch(String(url).replace("https://graph.facebook.com", GATEWAY), init) },
});
second.on.status = (s) => say({ client: "api-js", call: "webhook", ok: true, id: s.id, status: s.status, reference: s.biz_opaque_callback_data, code: s.error?.code, phone: s.phone });
second.on.message = (i) => say({ client: "api-js", call: "webhook", ok: true, id: i.message.id, from: i.from, text: i.message.text?.body, name: i.name });

const server = createServer(async (req, res) => {
  const url = new URL(req.url, "http://localhost");
  if (url.pathname === "/api-js") {
    try {
      if (req.method === "GET") {
        res.end(second.handle_get(req));
      } else {
        res.statusCode = await second.handle_post(req);
        res.end();
      }
    } catch (e) {
      res.statusCode = Number(e) || 500;
      res.end();
    }
    return;
  }
  if (req.method === "GET") {
    const ok = url.searchParams.get("hub.verify_token") === VERIFY_TOKEN;
    res.statusCode = ok ? 200 : 403;
    res.end(ok ? url.searchParams.get("hub.challenge") : "");
    return;
  }
  const chunks = [];
  for await (const c of req) chunks.push(c);
  const rawBody = Buffer.concat(chunks);
  const verified = kapsoServer.verifySignature({ appSecret: APP_SECRET, rawBody, signatureHeader: req.headers["x-hub-signature-256"] });
  const asText = kapsoServer.verifySignature({ appSecret: APP_SECRET, rawBody: rawBody.toString("utf8"), signatureHeader: req.headers["x-hub-signature-256"] });
  const events = kapsoServer.normalizeWebhook(JSON.parse(rawBody));
  for (const s of events.statuses) say({ client: "kapso", call: "webhook", ok: verified && asText, id: s.id, status: s.status, reference: s.bizOpaqueCallbackData, code: s.errors?.[0]?.code, phone: s.recipientId });
  for (const i of events.messages) say({ client: "kapso", call: "webhook", ok: verified && asText, id: i.id, from: i.from, text: i.text?.body, name: events.contacts[0]?.profile?.name });
  res.statusCode = verified ? 200 : 401;
  res.end();
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
say({ call: "listen", ok: true, port: server.address().port });

const base = { phoneNumberId: NUMBER, to };
const f = first.messages;
const byFirst = {
  text: () => f.sendText({ ...base, body: "Grüße 👋", previewUrl: true, contextMessageId: "wamid.A", bizOpaqueCallbackData: "order ü" }),
  user: () => f.sendText({ phoneNumberId: NUMBER, recipient: "US.13491208655302741918", body: "x" }),
  image: () => f.sendImage({ ...base, image: { link, caption: "c" } }),
  audio: () => f.sendAudio({ ...base, audio: { id: "1", voice: true } }),
  document: () => f.sendDocument({ ...base, document: { link, filename: "a.pdf" } }),
  video: () => f.sendVideo({ ...base, video: { link } }),
  sticker: () => f.sendSticker({ ...base, sticker: { id: "1" } }),
  location: () => f.sendLocation({ ...base, location: { latitude: 52.5, longitude: 13.4, name: "Berlin", address: "A" } }),
  contacts: () => f.sendContacts({ ...base, contacts: [{ name: { formattedName: "A B", firstName: "A" }, phones: [{ phone: "+16505551234", type: "WORK" }] }] }),
  template: () => f.sendTemplate({ ...base, template: { name: "order", language: { code: "en_US" }, components: [{ type: "body", parameters: [{ type: "text", text: "x" }] }] } }),
  reaction: () => f.sendReaction({ ...base, reaction: { messageId: "wamid.A", emoji: "👍" } }),
  buttons: () => f.sendInteractiveButtons({ ...base, bodyText: "b", header: { type: "image", image: { link } }, footerText: "f", buttons: [{ id: "1", title: "Yes" }] }),
  list: () => f.sendInteractiveList({ ...base, bodyText: "b", buttonText: "Open", sections: [{ title: "s", rows: [{ id: "1", title: "r", description: "d" }] }] }),
  product: () => f.sendInteractiveProduct({ ...base, bodyText: "b", catalogId: "c", productRetailerId: "p" }),
  products: () => f.sendInteractiveProductList({ ...base, bodyText: "b", header: { type: "text", text: "h" }, catalogId: "c", sections: [{ title: "s", productItems: [{ productRetailerId: "p" }] }] }),
  flow: () => f.sendInteractiveFlow({ ...base, bodyText: "b", parameters: { flowId: "1", flowCta: "Go", flowToken: "t", flowAction: "navigate", flowActionPayload: { screen: "S" } } }),
  place: () => f.sendInteractiveLocationRequest({ ...base, bodyText: "b", parameters: { requestMessage: "where" } }),
  callPermission: () => f.sendInteractiveCallPermission({ ...base, bodyText: "b", parameters: { phoneNumber: to } }),
  url: () => f.sendInteractiveCtaUrl({ ...base, bodyText: "b", parameters: { displayText: "Go", url: "https://example.com" } }),
  catalog: () => f.sendInteractiveCatalogMessage({ ...base, bodyText: "b", parameters: { thumbnailProductRetailerId: "p" } }),
  carousel: () => f.sendInteractiveCarousel({ ...base, bodyText: "b", cards: [0, 1].map((cardIndex) => ({ cardIndex, header: { type: "image", image: { link } }, bodyText: "c", action: { displayText: "Go", url: "https://example.com" } })) }),
  read: () => f.markRead({ phoneNumberId: NUMBER, messageId: "wamid.A" }),
  typing: () => f.markRead({ phoneNumberId: NUMBER, messageId: "wamid.A", typingIndicator: { type: "text" } }),
  templates: () => first.templates.list({ businessAccountId: ACCOUNT, limit: 2 }),
  refused: () => f.sendText({ phoneNumberId: NUMBER, to: "refuse", body: "x" }),
  forbidden: () => f.sendText({ phoneNumberId: "4711", to, body: "x" }),
  subscribe: () => first.request("POST", ACCOUNT + "/subscribed_apps", {
    body: { overrideCallbackUri: `http://127.0.0.1:${server.address().port}/kapso`, verifyToken: VERIFY_TOKEN }, responseType: "json",
  }),
};
const send = (message, ...more) => second.sendMessage(NUMBER, to, message, ...more);
const bySecond = {
  text: () => send(new m.Text("Grüße 👋", true), "wamid.A", "order ü"),
  user: () => second.sendMessage(NUMBER, { bsuid: "US.13491208655302741918" }, new m.Text("x")),
  group: () => second.sendMessage(NUMBER, { group: "Y2FwaV9ncm91cDoxOD" }, new m.Text("x")),
  image: () => send(new m.Image(link, false, "c")),
  audio: () => send(new m.Audio("1", true, true)),
  document: () => send(new m.Document(link, false, "c", "a.pdf")),
  video: () => send(new m.Video(link)),
  sticker: () => send(new m.Sticker("1", true)),
  location: () => send(new m.Location(13.4, 52.5, "Berlin", "A")),
  contacts: () => send(new m.Contacts([new m.Name("A B", "A"), new m.Phone("+16505551234", "WORK"), new m.Birthday("2000", "01", "02"), new m.Organization("o")])),
  template: () => send(new m.Template("order", "en_US", new m.HeaderComponent(new m.HeaderParameter(new m.Image(link))), new m.BodyComponent(new m.BodyParameter("x"), new m.BodyParameter(new m.Currency(1000, "EUR", "1 €"))), new m.URLComponent("u"))),
  carouselTemplate: () => send(new m.Template("cards", new m.Language("en"), new m.CarouselComponent(new m.CarouselCard(new m.Image(link), new m.BodyComponent(new m.BodyParameter("x")))))),
  reaction: () => send(new m.Reaction("wamid.A", "👍")),
  buttons: () => send(new m.Interactive(new m.ActionButtons(new m.Button("1", "Yes")), new m.Body("b"), new m.Header("h"), new m.Footer("f"))),
  list: () => send(new m.Interactive(new m.ActionList("Open", new m.ListSection("s", new m.Row("1", "r", "d"))), new m.Body("b"))),
  product: () => send(new m.Interactive(new m.ActionProduct(new m.CatalogProduct("p", "c")))),
  products: () => send(new m.Interactive(new m.ActionProductList("c", new m.ProductSection("s", new m.Product("p"))), new m.Body("b"), new m.Header("h"))),
  catalog: () => send(new m.Interactive(new m.ActionCatalog(new m.Product("p")), new m.Body("b"))),
  url: () => send(new m.Interactive(new m.ActionCTA("Go", "https://example.com"), new m.Body("b"))),
  flow: () => send(new m.Interactive(new m.ActionNavigateFlow("t", "1", "Go", "S"), new m.Body("b"))),
  place: () => send(new m.Interactive(new m.ActionLocation(), new m.Body("b"))),
  read: () => second.markAsRead(NUMBER, "wamid.A"),
  typing: () => second.markAsRead(NUMBER, "wamid.A", "text"),
  refused: () => second.sendMessage(NUMBER, "refuse", new m.Text("x")),
};
for (const [name, f] of Object.entries(byFirst)) await call("kapso", name, f);
for (const [name, f] of Object.entries(bySecond)) await call("api-js", name, f);

// Both upload, look up, fetch and remove a file.
const content = new Uint8Array([137, 80, 78, 71, 1, 2, 3]);
await call("kapso", "media", async () => {
  const { id } = await first.media.upload({ phoneNumberId: NUMBER, type: "image/png", file: content, fileName: "a.png" });
  const got = new Uint8Array(await first.media.download({ mediaId: id, auth: "always" }));
  const deleted = await first.media.delete({ mediaId: id, phoneNumberId: NUMBER });
  return { same: Buffer.from(got).equals(Buffer.from(content)), deleted };
});
await call("api-js", "media", async () => {
  const form = new FormData();
  form.set("file", new Blob([content], { type: "image/png" }), "a.png");
  const { id } = await second.uploadMedia(NUMBER, form);
  const { url } = await second.retrieveMedia(id, NUMBER);
  const got = await (await second.fetchMedia(url)).arrayBuffer();
  const deleted = await second.deleteMedia(id, NUMBER);
  return { same: Buffer.from(got).equals(Buffer.from(content)), deleted };
});
say({ call: "end", ok: true });

process.stdin.resume();
process.stdin.on("end", () => { server.close(); server.closeAllConnections(); });
