// SPDX-License-Identifier: Apache-2.0
#include "libmuster/mqtt/outbox.hpp"

#include <utility>

namespace muster::mqtt {

void Outbox::push(Message message)
{
  bytes_ += message.payload.size();
  messages_.push_back(std::move(message));
  make_room();
}

void Outbox::push_front(Message message)
{
  bytes_ += message.payload.size();
  messages_.push_front(std::move(message));
  make_room();
}

Message Outbox::pop()
{
  Message message = std::move(messages_.front());
  messages_.pop_front();
  bytes_ -= message.payload.size();
  return message;
}

void Outbox::make_room()
{
  while (messages_.size() > max_messages || bytes_ > max_bytes) {
    bytes_ -= messages_.front().payload.size();
    messages_.pop_front();
    ++dropped_;
  }
}

}  // namespace muster::mqtt
