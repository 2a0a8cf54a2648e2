/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/request.h"

#include <poll.h>

const char *
request_header(const struct request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,
	    name);
}

bool
request_is_gone(const struct request *request)
{
	struct pollfd one = {
	    .fd = request->row->fd,
	    .events = POLLRDHUP,
	};

	return poll(&one, 1, 0) > 0 &&
	       (one.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}
