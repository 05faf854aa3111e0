Component({ externalClasses: ['my-class'], options: { virtualHost: true } });
