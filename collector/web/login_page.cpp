// SPDX-License-Identifier: Apache-2.0
#include "collector/web/login_page.hpp"

#include "collector/web/frame.hpp"

namespace muster::collector::web {

namespace {

Html form(const LoginPage& login)
{
  Html html;
  html.put("<form class=\"login\" id=\"login\" method=\"post\" action=\"/login\">\n<h1>Muster</h1>\n");
  if (!login.complaint.empty()) {
    html.put("<p class=\"complaint\" role=\"alert\">{}</p>\n", login.complaint);
  }
  return html.put(
      "<input type=\"hidden\" name=\"form_key\" value=\"{}\"><input type=\"hidden\" name=\"back\" "
      "value=\"{}\">\n"
      "<input hidden autocomplete=\"username\" value=\"muster\">"
      "<label><span>token</span><input name=\"token\" type=\"password\" required autofocus "
      "autocomplete=\"current-password\"></label>\n<button>Sign in</button>\n</form>\n",
      login.form_key,
      login.back);
}

}  // namespace

HttpResponse login_page(const Context& context, const LoginPage& login)
{
  Page page;
  page.title = "Sign in";
  page.live = false;
  page.status = login.status;
  if (context.can_sign_in) {
    page.body = form(login);
  } else {
    page.status = 403;  // whatever was wrong, nobody can sign in here
    page.body.put(
        "<div class=\"login\"><h1>Muster</h1>\n<p>Without a file of tokens, only this machine may look. Set "
        "<code>web.tokens</code> in <code>collector.yaml</code>.</p></div>\n");
  }
  return framed(context, page);
}

}  // namespace muster::collector::web
