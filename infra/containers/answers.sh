#!/bin/bash
# `answers.sh PORT [PATH]`: 0 when the port of this container is open and, with a path, answers it with 200. By bash
# alone, since the images of servers have no other client in common.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
[[ $# -lt 2 ]] && exit 0
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
read -r -t 3 line <&3
[[ $line == HTTP/*' 200 '* ]]
