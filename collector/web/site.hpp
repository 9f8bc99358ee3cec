// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "collector/board/board.hpp"
#include "collector/web/access.hpp"
#include "collector/web/act.hpp"
#include "collector/web/graphs.hpp"
#include "collector/web/http.hpp"

namespace muster::collector::web {

// Everything that is behind the collector's port: who may see what at which address. The board must outlive
// it. One thread, that of the board.
class Site {
public:
  using Clock = std::function<Time()>;

  // `record` is told of everything that somebody does here.
  Site(Board& board, Access access, Clock clock, Record record = {});

  void handle(const HttpRequest& request, const Respond& respond);

private:
  // To sign in: what came of the last one, and where to go on.
  struct Attempt {
    int status = 403;
    std::string_view complaint;
    std::string_view back;
  };

  void route(const Context& context, const Respond& respond);
  [[nodiscard]] std::optional<HttpResponse> open_to_all(const Context& context) const;
  [[nodiscard]] HttpResponse ask_to_sign_in(const Context& context) const;
  void answer_post(const Context& context, const Respond& respond);
  [[nodiscard]] std::optional<HttpResponse> answer_without_act(const Context& context, const Fields* form);
  void answer_form(const Context& context, const Fields& form, const Respond& respond);
  [[nodiscard]] HttpResponse sign_in(const Context& context, const Fields& form);
  [[nodiscard]] HttpResponse sign_out(const Context& context);
  [[nodiscard]] HttpResponse login(const Context& context, const Attempt& attempt) const;

  Board& board_;
  Access access_;
  Clock clock_;
  Record record_;
  Graphs graphs_;
};

}  // namespace muster::collector::web
